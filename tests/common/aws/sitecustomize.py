"""Has moto take signatures as they are. It would compute them from paths and queries as it decoded them, which are not
those that were sent, and refuse what AWS takes. What a policy allows is decided as before."""

from moto.iam.access_control import IAMRequestBase

IAMRequestBase.check_signature = lambda self: None
