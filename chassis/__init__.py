"""What the processes stand on: settings, database, outbox, inbox, rpc, metrics, logs, clock.

No noun of the support desk occurs here; a small test keeps it so.
"""

import warnings

# Known and decided (docs/adr/0002): eventlet is in maintenance, and says so at every import.
warnings.filterwarnings("ignore", message=r"(?s).*Eventlet is deprecated")
