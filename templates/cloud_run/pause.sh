<% set does = "Pauses" -%>
<% set verb = "pause" -%>
<% set done = "paused" -%>
<% set from = "ENABLED" -%>
<% set to = "PAUSED" -%>
<% set leaves_suspended = false -%>
<% include "switch.sh" -%>
