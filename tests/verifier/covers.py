"""Which clauses of the specification cover a change of which file and field; at least one of them must fail."""

from __future__ import annotations

GATES = "E9.3 E10.7"
FACTS = "E9.3 E13.6 E14.4 E15.3 E16.4"
COVERS = {
    "entries.entry": "E5.1 E10.7",
    "entries.submitted": "E9.3 E13.6",
    "entries.preregistered": "E9.3",
    "entries.withdrawn": "E9.3",
    "entries.consortium": "E9.3",
    "entries.counts_as": "E9.3 E15.3 E16.4",
    "entries.category": FACTS,
    "entries.area": FACTS,
    "entries.batch": FACTS,
    "entries.endorsed": FACTS + " E5.2",
    "entries.facts": FACTS + " E17.5",
    "entries:removed": "E18.1",
    "entries:doubled": "E18.1",
    "entries:moved": "E7.3 E9.3 E10.7 E11.3 E12.6 E13.6 E14.4 E15.3 E16.4 E17.5",
    "ballots": "E9.4 E11.3",
    "ballots.t": "E6.3 E9.4 E11.3",
    "sheets": "E7.1 E7.2 E7.3 E9.3 E12.6",
    "sheets.panel": "E7.1 E7.2 E7.3",
    "sheets.round": "E7.1 E7.2 E12.6",
    "sheets.entry": "E7.1 E7.3 E12.6",
    "sheets.seat": "E7.1 E7.3 E12.6 E9.3",
    "sheets.marks.criterion": "E7.2",
    "sheets.marks.value": "E7.2 E9.3 E12.6",
    "sheets.marks.weight": "E7.2 E12.6",
    "decisions.screening": GATES,
    "decisions.void": "E9.4",
    "decisions.recusal": "E7.3 E8.2",
    "decisions.disqualify": "E9.3",
    "decisions.listed": "E8.2 E14.4 E15.3",
    "decisions.size": "E14.4 E15.3 E16.4",
    "decisions.grant": "E17.5",
    "decisions.approval": "E17.5",
    "decisions.acceptance": "E17.5",
    "decisions.performance": "E17.5",
    "exclusions.entry": "E9.1 E9.2 E9.3",
    "exclusions.score": "E9.1 E9.2 E9.3",
    "exclusions.ballot": "E9.1 E9.2 E9.4",
    "exclusions.decision": "E9.1 E9.2",
    "exclusions.decision:moved": "E9.1 E9.2 E9.3 E9.4",
    "result.format": "E18.1",
    "result.campaign": "E18.1",
    "result.entries": "E18.1",
    "result.eligible": "E10.7",
    "result.funnel": "E10.7",
    "result.tallies": "E11.3",
    "result.panels": "E12.6",
    "result.rankings": "E13.6",
    "result.cuts": "E14.4 E15.3 E16.4",
    "result.awards": "E15.3 E16.4",
    "result.bodies": "E16.4",
    "result.funding": "E17.5",
    "rules.campaign": "E18.1",
    "rules.seed": "E13.6",
    "rules.quotas": GATES,
    "rules.stages": "E4.8 E10.7",
    "rules.stages.registration": GATES,
    "rules.stages.declaration": GATES,
    "rules.stages.endorsement": GATES,
    "rules.stages.screening": GATES,
    "rules.stages.ballots": "E4.1 E6.1 E6.3 E9.4 E11.3",
    "rules.stages.panel": "E4.1 E7.2 E7.3 E9.3 E12.6",
    "rules.stages.selection": "E14.4",
    "rules.rankings": "E13.6",
    "rules.awards": "E15.3",
    "rules.organisation_awards": "E16.4",
    "rules.funding": "E17.5",
}


def covering(field: str, how: str) -> set[str]:
    """The clauses of the longest entry above that the field begins with; KeyError where there is none."""
    if f"{field}:{how}" in COVERS:
        return set(COVERS[f"{field}:{how}"].split())
    steps = field.split(".")
    if field.startswith("rules.stages.") and steps[-1] in ("id", "takes", "kind"):
        return (
            set(COVERS["rules.stages"].split()) | set(COVERS.get(".".join(steps[:3]), "").split()) | {"E4.1"}
        )
    heads = [".".join(steps[:n]) for n in range(len(steps), 0, -1)]
    return set(COVERS[next(h for h in heads if h in COVERS)].split())
