"""The results framework: each goal, the indicator that could show it, and what the record shows, or that it is silent.

Belongs here: one finder an indicator; which goals there are is in the goals table. Does not belong here: whether a
goal was reached. The indicators of these tables count what was done, not what it changed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pandas as pd

from analysis.measures.centers import counts, sites
from analysis.measures.coverage import districts_covered
from analysis.measures.overlap import figures, least
from analysis.measures.posts import post_counts, posts
from analysis.vocabulary import label

SILENT = "The record is silent."
_LATER = pd.Timedelta(days=60)


@dataclass(frozen=True)
class Record:
    """The tables of one country, as `analysis.load` gives them."""

    seizures: pd.DataFrame
    trainees: pd.DataFrame
    centers: pd.DataFrame
    context: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Shown:
    """What the record shows, in a sentence, with the records behind it; no records: nothing."""

    text: str
    records: tuple[str, ...] = ()


def goals_table(goals: pd.DataFrame, record: Record) -> pd.DataFrame:
    """Return the results framework.

    Parameters
    ----------
    goals : DataFrame
        Rows of the goals table of one country.
    record : Record

    Returns
    -------
    DataFrame
        ``goal, indicator, shows`` (a sentence), ``kind`` (``what was done`` or ``silent``), ``source_id`` (who names
        the goal), ``record_id, records``.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> record = Record(*(sample(name) for name in ("seizures", "trainees", "policing_centers", "context")))
    >>> goals = sample("goals", {"goal": "A safer border", "indicator": "border posts"})
    >>> goals_table(goals, record)[["shows", "kind"]].values.tolist()
    [['The record is silent. No count of border posts.', 'silent']]
    """
    made = []
    for row in goals.to_dict("records"):
        found = shown(row["indicator"], record)
        kind = "what was done" if found.records else "silent"
        made.append([row["goal"], row["indicator"], found.text, kind, row["source_id"], row["record_id"]])
        made[-1].append(";".join(found.records))
    columns = ["goal", "indicator", "shows", "kind", "source_id", "record_id", "records"]
    return pd.DataFrame(made, columns=columns)


def shown(indicator: str, record: Record) -> Shown:
    """Return what the record shows for an indicator; several, divided by ``;``, one after the other.

    An indicator that no finder reads is silent: the text then says that nothing in these tables is about it.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> held = {"country": "TJK", "kind": "cppt", "record": "stock"}
    >>> days = [(27, "2018-10-03"), (32, "2019-05-14")]
    >>> rows = [held | {"value": value, "as_of_start": day, "as_of_end": day} for value, day in days]
    >>> tables = [sample(name) for name in ("seizures", "trainees", "context")]
    >>> shown("teams and centers over time", Record(*tables[:2], sample("policing_centers", *rows), tables[2])).text
    'Teams: 27 (3 October 2018) to 32 (14 May 2019).'
    """
    parts = [finder(record) for words, finder in _FINDERS.items() if words in indicator]
    used = [part for part in parts if part.records]
    if not used:
        return Shown(f"{SILENT} {parts[0].text}".strip() if parts else f"{SILENT} No table here measures it.")
    records = tuple(dict.fromkeys(r for part in used for r in part.records))
    return Shown(" ".join(part.text for part in used), records)


def _people(rows: pd.DataFrame, whom: str) -> Shown:
    found = figures(rows)
    total = least(found)
    if not total.low:
        return Shown(f"No figure of {whom} trained.")
    dated = [f.known for f in found if math.isfinite(f.known)]
    years = [pd.Timestamp(d, unit="D").year for d in (min(dated), max(dated))] if dated else []
    when = f", {years[0]} to {years[1]}" if years and years[0] != years[1] else f", {years[0]}" if years else ""
    figures_ = "1 figure" if len(found) == 1 else f"{len(found)} figures"
    return Shown(f"At least {total.low:,.0f} {whom} trained ({figures_}{when}).", total.records)


def _sectors(keys: Iterable[str], whom: str) -> Callable[[Record], Shown]:
    wanted = tuple(keys)
    return lambda record: _people(record.trainees[record.trainees["sector"].isin(wanted)], whom)


def _topic(words: str, whom: str) -> Callable[[Record], Shown]:
    def find(record: Record) -> Shown:
        text = record.trainees["programme"] + " " + record.trainees["institution"]
        return _people(record.trainees[text.str.contains(words, case=False)], whom)

    return find


def _growth(record: Record) -> Shown:
    held = counts(record.centers)
    held = held[held["series"].isin(["cppt", "cpc"]) & held["as_of_end"].notna()]
    texts = []
    for series, rows in held.groupby("series", sort=False):
        first, last = rows.iloc[0], rows.iloc[-1]
        name = {"cppt": "teams", "cpc": "centers"}[str(series)]
        texts.append(f"{name}: {first['low']:.0f} ({first['date']}) to {last['low']:.0f} ({last['date']})")
    text = "; ".join(texts)
    return Shown(f"{text[:1].upper()}{text[1:]}." if text else "No dated count.", tuple(held["record_id"]))


def _districts(record: Record) -> Shown:
    table = districts_covered(record.centers, record.context).dropna(subset=["as_of_end"])
    if table.empty:
        return Shown("No count of districts.")
    last = table.iloc[-1]
    share = f" ({last['share_low']:.0f} to {last['share_high']:.0f}% of all)" if last["share_low"] > 0 else ""
    return Shown(f"Districts: {last['districts']:.0f}{share} on {last['date']}.", (str(last["record_id"]),))


def _seen_again(record: Record) -> Shown:
    named = sites(record.centers[record.centers["kind"].isin(["cppt", "cpc"])])
    ends = record.centers.set_index("record_id")["as_of_end"]
    again = [s for s in named.to_dict("records") if _spread(ends, s["records"].split(";")) > _LATER]
    if again:
        return Shown(f"{len(again)} of {len(named)} named places are reported on again.", tuple(_ids(again)))
    return Shown(f"None of the {len(named)} named places is reported on again." if len(named) else "No named place.")


def _spread(ends: pd.Series, records: list[str]) -> pd.Timedelta:
    days = ends[records].dropna()
    return days.max() - days.min() if len(days) > 1 else pd.Timedelta(0)


def _ids(rows: Iterable[dict[str, str]]) -> list[str]:
    return [r for row in rows for r in row["records"].split(";")]


def _posts(record: Record) -> Shown:
    held, named = post_counts(record.centers), posts(record.centers)
    if held.empty:
        return Shown("No count of border posts.")
    span = f"{held['count'].min():.0f} to {held['count'].max():.0f}" if len(held) > 1 else f"{held['count'].max():.0f}"
    built = int(named["by"].notna().sum())
    text = f"Border posts: printed counts of {span}, on different bases; {built} posts are named."
    return Shown(text, (*held["record_id"], *_ids(named.to_dict("records"))))


def _seized(record: Record) -> Shown:
    rows = record.seizures
    rows = rows[rows["scope"].eq("national_total") & rows["counted_as"].eq("seized") & ~rows["suspect"]]
    rows = rows[rows["unit"].eq("kg") & rows["value"].notna() & rows["start"].dt.is_year_start]
    rows = rows[rows["end"].dt.is_year_end & rows["start"].dt.year.eq(rows["end"].dt.year)]
    texts, used = [], []
    for drug in ("opium", "heroin", "hashish"):
        mine = rows[rows["drug"].eq(drug)].sort_values("start", kind="stable")
        if mine["start"].nunique() > 1:
            ends = [_year(mine, place) for place in (0, -1)]
            texts.append(f"{label('drugs', drug).lower()} {ends[0]} and {ends[1]}")
            used += list(mine[mine["start"].isin([mine["start"].iloc[0], mine["start"].iloc[-1]])]["record_id"])
    if not texts:
        return Shown("No pair of whole years with a national total.")
    return Shown(f"First and last whole year printed: {'; '.join(texts)}.", tuple(used))


def _year(rows: pd.DataFrame, place: int) -> str:
    same = rows[rows["start"].eq(rows["start"].iloc[place])]["value"]
    amounts = sorted({f"{value:,.0f}" for value in (same.min(), same.max())}, key=lambda t: float(t.replace(",", "")))
    return f"{' to '.join(amounts)} kg in {rows['start'].iloc[place].year}"


def _women(record: Record) -> Shown:
    return _people(record.trainees[record.trainees["sex"].eq("women")], "women")


def _womens_facilities(record: Record) -> Shown:
    rows = record.centers[record.centers["kind"].eq("womens_facility")]
    named, held = sites(rows), counts(rows)
    if rows.empty:
        return Shown("No women's facility.")
    last = held.dropna(subset=["as_of_end"]).tail(1)
    count = f"; the latest count is {last['low'].iloc[0]:.0f} {last['series'].iloc[0]}s" if len(last) else ""
    built = int(named["by"].notna().sum())
    return Shown(f"Women's facilities: {built} named as in being{count}.", tuple(rows["record_id"]))


# The words that an indicator holds, and what finds it; an indicator that holds several shows several.
_FINDERS: dict[str, Callable[[Record], Shown]] = {
    "teams and centers over time": _growth,
    "districts covered": _districts,
    "community police trained": _topic("communit|public council", "community members and community police"),
    "later observation after opening": _seen_again,
    "police and border staff trained": _sectors(["police", "border"], "police and border staff"),
    "police trained by province": _sectors(["police"], "police"),
    "drugs seized": _seized,
    "border posts": _posts,
    "trafficking in persons": _topic("human trafficking|trafficking in persons|TIP", "people"),
    "prosecutors and judges trained": _sectors(["defence_bar", "prosecution", "judiciary"], "lawyers and prosecutors"),
    "prosecutors judges": _sectors(["prosecution", "judiciary", "investigation"], "prosecutors and investigators"),
    "prison officials trained": _sectors(["corrections"], "prison staff"),
    "women trained": _women,
    "women's facilities": _womens_facilities,
}
