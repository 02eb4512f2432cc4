<% set does = "Resumes" -%>
<% set verb = "resume" -%>
<% set done = "resumed" -%>
<% set from = "PAUSED" -%>
<% set to = "ENABLED" -%>
<% set leaves_suspended = true -%>
<% include "switch.sh" -%>
