"""Border posts by who counts and who pays, and the partnership team of Vanj.

Belongs here: two cases where the printed figures need their basis said. Does not belong here: counts of teams and
centers (``centers``).
"""

from __future__ import annotations

import pandas as pd

from analysis.measures.centers import counts, place_name, sites
from analysis.measures.names import day, said
from analysis.vocabulary import label


def post_counts(centers: pd.DataFrame) -> pd.DataFrame:
    """Return every printed count of border posts with what it counts.

    Returns
    -------
    DataFrame
        ``date, printed, count, basis`` (words), ``named`` (posts of that basis which the record names by that day;
        missing where no day or no list), ``what`` (the collector's remark), ``as_of_end, source_id, record_id``.
        Counts on different bases neither confirm nor contradict each other.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> held = {"kind": "border_post", "kind_reported": "border post", "record": "stock", "value": 9}
    >>> post_counts(sample("policing_centers", held | {"note": "INL funded"}))[["date", "printed"]].values.tolist()
    [['undated', '9']]
    """
    held = counts(centers[centers["kind"].eq("border_post")])
    implementer = dict(zip(centers["record_id"], centers["implementer"], strict=True))
    keys = [said("bases", r.what, implementer[r.record_id]) for r in held.itertuples()]
    held["basis"] = [label("bases", key) if key else what for key, what in zip(keys, held["what"], strict=True)]
    listed = posts(centers)
    held["named"] = [
        float((listed["unodc"] & (listed["by"] <= end)).sum()) if key == "unodc" and pd.notna(end) else float("nan")
        for key, end in zip(keys, held["as_of_end"], strict=True)
    ]
    held["count"] = held["low"]
    held["printed"] = [f"{'over ' * (r.high > r.low)}{r.low:.0f}" for r in held.itertuples()]
    held = held.drop_duplicates(["date", "count", "basis"]).sort_values("as_of_end", kind="stable", na_position="last")
    columns = ["date", "printed", "count", "basis", "named", "what", "as_of_end", "source_id", "record_id"]
    return held[columns].reset_index(drop=True)


def posts(centers: pd.DataFrame) -> pd.DataFrame:
    """Return the border posts that the record names, with who paid and what was done.

    Returns
    -------
    DataFrame
        ``post, date`` (words), ``done, payer, cost_usd, unodc`` (built through UNODC), ``by, records``.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> post = {"country": "TJK", "kind": "border_post", "record": "site", "place": "Shurabad", "implementer": "UNODC"}
    >>> post |= {"status": "opened", "as_of_start": "2013-03-01", "as_of_end": "2013-03-31"}
    >>> posts(sample("policing_centers", post))[["post", "date", "payer", "unodc"]].values.tolist()
    [['Shurabad', 'March 2013', 'UNODC, donor not named', True]]
    """
    found = sites(centers[centers["kind"].eq("border_post")])
    through = centers[centers["implementer"].str.contains("UNODC", regex=False)]["record_id"]
    made = [
        [
            place_name(s),
            day(s["opened_start"], s["opened_end"]) if pd.notna(s["opened_end"]) else _by(s["by"]),
            label("statuses", str(s["status"])),
            s["payer"],
            s["cost_high"],
            bool(set(s["records"].split(";")) & set(through)),
            s["by"],
            s["records"],
        ]
        for s in found.to_dict("records")
    ]
    frame = pd.DataFrame(made, columns=["post", "date", "done", "payer", "cost_usd", "unodc", "by", "records"])
    return frame.astype({"unodc": bool})


def _by(moment: pd.Timestamp) -> str:
    return "undated" if pd.isna(moment) else f"by {day(moment, moment)}"


def posts_by_payer(centers: pd.DataFrame) -> pd.DataFrame:
    """Return how many named border posts each payer stands behind: ``payer, posts, which, records``.

    Planned posts that nobody reported as built are left out.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> post = {"country": "TJK", "kind": "border_post", "record": "site", "place": "Shurabad", "note": "INL funded"}
    >>> post |= {"status": "opened", "as_of_start": "2013-03-01", "as_of_end": "2013-03-31"}
    >>> posts_by_payer(sample("policing_centers", post))[["payer", "posts", "which"]].values.tolist()
    [['INL', 1, 'Shurabad']]
    """
    found = posts(centers).dropna(subset=["by"])
    made = [[payer, len(g), ", ".join(g["post"]), ";".join(g["records"])] for payer, g in found.groupby("payer")]
    frame = pd.DataFrame(made, columns=["payer", "posts", "which", "records"])
    return frame.sort_values(["posts", "payer"], ascending=[False, True], ignore_index=True)


def vanj(centers: pd.DataFrame, claims: pd.DataFrame, context: pd.DataFrame) -> pd.DataFrame:
    """Return what is stated of the partnership team in Vanj, and what the rest of the record says to it.

    Parameters
    ----------
    centers, claims, context : DataFrame
        Rows of the policing_centers, claims and context tables.

    Returns
    -------
    DataFrame
        ``question, stated, record, records``. Empty where the tables hold nothing on Vanj.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> claim = {"country": "TJK", "source_id": "inl", "place": "Vanj", "measure": "site opened", "as_of": "2018-01-01"}
    >>> found = vanj(sample("policing_centers"), sample("claims", claim), sample("context"))
    >>> found[["question", "record"]].values.tolist()
    [['Set up in 2017', 'no other source names the team']]
    """
    said_of = claims[claims["place"].str.contains("Vanj", regex=False)]
    if said_of.empty:
        return pd.DataFrame(columns=["question", "stated", "record", "records"])
    teams = centers[centers["district"].eq("Vanj")]
    day_of = said_of["as_of"].max()
    later = teams[(teams["as_of_start"] > day_of) & teams["source_id"].ne(said_of["source_id"].iloc[0])]
    other = teams[teams["source_id"].ne(said_of["source_id"].iloc[0])]
    roads = context[context["indicator"].eq("distance") & context["admin1"].eq("TJ-GB")]
    valley = roads[roads["unit"].eq("km") & roads["place_reported"].str.contains("Vanj", regex=False)]
    after = f"{len(later)} later reports" if len(later) else f"nothing on Vanj after {day(day_of, day_of)}"
    answers = {
        "site opened": _said_by(other, "no other source names the team"),
        "member groups": "no other source lists the members",
        "distance to police station": "no other source gives this distance; what there is: "
        + "; ".join(f"{r.note[0].lower()}{r.note[1:]}: {r.value:g} km" for r in valley.itertuples()),
        "site planned": after,
    }
    questions = {
        "site opened": "Set up in 2017",
        "member groups": "Five kinds of members",
        "distance to police station": "Upper Vanj is over 100 km from a police station",
        "site planned": "A team and a center for upper Vanj under discussion",
    }
    rows = []
    for claim in said_of.to_dict("records"):
        used = [claim["record_id"]]
        if claim["measure"] == "distance to police station":
            used += list(valley["record_id"])
        elif claim["measure"] == "site opened":
            used += list(teams["record_id"])
        text = answers.get(claim["measure"], "nothing in these tables")
        rows.append([questions.get(claim["measure"], claim["measure"]), claim["statement"], text, ";".join(used)])
    return pd.DataFrame(rows, columns=["question", "stated", "record", "records"])


def _said_by(rows: pd.DataFrame, nothing: str) -> str:
    return "; ".join(sorted(set(rows["source_id"]))) if len(rows) else nothing
