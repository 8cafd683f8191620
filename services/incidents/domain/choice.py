"""Which incident is meant when nobody names one."""

from collections.abc import Mapping

from contracts.errors import NoOpenIncident, SeveralOpenIncidents


def the_only_open(titles: Mapping[int, str]) -> int:
    """The id of the only open incident, of the open ones' titles by id.

    Raises NoOpenIncident, SeveralOpenIncidents.
    """
    if not titles:
        raise NoOpenIncident("no incident is open")
    if len(titles) > 1:
        details = {str(incident_id): title for incident_id, title in titles.items()}
        raise SeveralOpenIncidents("several incidents are open", details)
    return next(iter(titles))
