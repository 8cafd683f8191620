"""The public status as Atlassian's Statuspage tells it, so that its clients read ours.

Pure: one record comes in, shapes go out. https://www.githubstatus.com/api shows the original.
"""

from services.gateway.statuspage.answers import Statuspage

__all__ = ["Statuspage"]
