"""People trained: lower bounds by sector, provider, province, institution and year; women; claims; length and cost.

Belongs here: the numbers of the trainees notebook. Does not belong here: which figures overlap (``overlap``), charts.

Unit everywhere: people as courses count them, at least. Nothing bounds them from above, because no source says that
its list is whole. ``places`` counts a person once a course; ``persons`` is what remains if everybody who can have come
back did. Targets, capacities, people enrolled and conference guests are never in.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from analysis.clean.people import read_sector
from analysis.clean.text import fold
from analysis.measures.names import province_name
from analysis.measures.overlap import Figure, Least, figures, least
from analysis.vocabulary import label, rows

BY = ("sector", "provider", "admin1", "institution", "year")
_COLUMNS = ["key", "label", "places", "persons", "figures", "records"]
# A claim names professions; a figure that bundles sectors can hold people of each of them.
_BUNDLED = ("mixed", "other")


def people_trained(trainees: pd.DataFrame, dated_only: bool = False) -> Least:
    """Return the least number of people trained that all figures together allow.

    Parameters
    ----------
    trainees : DataFrame
        Rows of the trainees table.
    dated_only : bool
        Only single courses with a printed day, no running totals.

    Notes
    -----
    Greatest sum of figures of which no two can overlap (`overlap.least`); a running total stands for the courses
    inside its span. Limit: a person who attended two courses of different dates counts in both.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> course = {"country": "TJK", "sector": "police", "sex": "all", "counted_as": "trained", "unit": "people"}
    >>> may = course | {"value": 20, "start": "2019-05-13", "end": "2019-05-17"}
    >>> june = course | {"value": 25, "start": "2019-06-10", "end": "2019-06-14"}
    >>> people_trained(sample("trainees", may, june))
    Least(low=45, records=('row-1', 'row-2'))
    """
    found = figures(trainees)
    return least([f for f in found if not f.total and math.isfinite(f.known)] if dated_only else found)


def people_by(trainees: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return lower bounds of people trained for each sector, provider, province, institution or year.

    Parameters
    ----------
    trainees : DataFrame
        Rows of the trainees table.
    by : str
        One of ``BY``. ``provider`` puts a figure under each body that it names; ``year`` takes the figures whose whole
        span lies in the year, so running totals over several years are in none.

    Returns
    -------
    DataFrame
        ``key, label, places, persons`` (people, at least), ``figures`` (how many bear on it, the same figure printed
        twice once), ``records`` (of the figures added, joined by ``;``). Largest first, years in order. The rows do
        not add up to a total: a figure can name two providers, and one that bundles sectors stands under ``mixed``.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> course = {"country": "TJK", "sex": "all", "counted_as": "trained", "unit": "people", "value": 20}
    >>> rows = sample("trainees", course | {"sector": "police"}, course | {"sector": "judiciary", "value": 12})
    >>> people_by(rows, "sector")[["label", "places", "figures"]].values.tolist()
    [['Police', 20, 1], ['Judges and court staff', 12, 1]]
    """
    found = figures(trainees)
    names = dict(zip(trainees["record_id"], trainees["institution"], strict=True))
    groups: dict[str, list[Figure]] = {}
    for figure in found:
        for key in _KEYS[by](figure, names):
            groups.setdefault(key, []).append(figure)
    made = []
    for key, group in groups.items():
        places, persons = least(group), least(group, persons=True)
        if places.low > 0:
            text = _label(by, key, group, names)
            made.append([key, text, places.low, persons.low, len(group), ";".join(places.records)])
    frame = pd.DataFrame(made, columns=_COLUMNS)
    if by == "year":
        return frame.astype({"key": int}).sort_values("key", ignore_index=True) if made else frame
    return frame.sort_values(["places", "key"], ascending=[False, True], ignore_index=True)


def _year(figure: Figure, _: dict[str, str]) -> list[str]:
    if not (math.isfinite(figure.start) and math.isfinite(figure.end)):
        return []
    first, last = (pd.Timestamp(day, unit="D").year for day in (figure.start, figure.end))
    return [str(first)] if first == last else []


_KEYS: dict[str, Callable[[Figure, dict[str, str]], Iterable[str]]] = {
    "sector": lambda figure, _: [figure.sector],
    "provider": lambda figure, _: sorted(figure.providers) or ["Provider not named"],
    "admin1": lambda figure, _: [figure.admin1] if figure.admin1 else [],
    "institution": lambda figure, names: {fold(names[r]) for r in figure.records if names[r]},
    "year": _year,
}


def _label(by: str, key: str, group: list[Figure], names: dict[str, str]) -> str:
    if by == "sector":
        return label("sectors", key)
    if by == "provider":
        return label("providers", key)
    if by == "admin1":
        return province_name(key)
    if by == "institution":
        return next(names[r] for figure in group for r in figure.records if fold(names[r]) == key)
    return key


def women_share(trainees: pd.DataFrame) -> pd.DataFrame:
    """Return the share of women where one source prints both the women and everybody of one course.

    Returns
    -------
    DataFrame
        ``source_id, programme, start, end, women_low, women_high, all_low, all_high, share_low, share_high``
        (percent), ``records``. Share: low over high to high over low, never above 100.

    Notes
    -----
    Rows belong to one course where source, programme and dates agree. Courses for women only are not in it, so it is
    no estimate of the share over all courses.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> course = {"counted_as": "trained", "unit": "people", "programme": "Basic course"}
    >>> rows = course | {"sex": "all", "value": 40}, course | {"sex": "women", "subset": True, "value": 10}
    >>> women_share(sample("trainees", *rows))[["share_low", "share_high"]].values.tolist()
    [[25.0, 25.0]]
    """
    kept = trainees[trainees["counted_as"].eq("trained") & trainees["unit"].eq("people")]
    made = []
    for (source, programme), group in kept.groupby(["source_id", "programme"], sort=False):
        women = group[group["sex"].eq("women") & group["subset"]]
        whole = group[group["sex"].eq("all") & ~group["subset"]]
        for row in women.to_dict("records"):
            same = whole[_same(whole["start"], row["start"]) & _same(whole["end"], row["end"])]
            same = same[same["high"] >= row["low"]]
            if len(same):
                every = same.iloc[0]
                share = 100 * row["low"] / every["high"], min(100.0, 100 * row["high"] / max(every["low"], 1.0))
                ends = row["low"], row["high"], every["low"], every["high"]
                records = f"{row['record_id']};{every['record_id']}"
                made.append([source, programme, every["start"], every["end"], *ends, *share, records])
    columns = ["source_id", "programme", "start", "end", "women_low", "women_high", "all_low", "all_high"]
    frame = pd.DataFrame(made, columns=[*columns, "share_low", "share_high", "records"])
    return frame.sort_values("end", kind="stable", na_position="last", ignore_index=True)


def _same(column: pd.Series, value: object) -> pd.Series:
    return column.isna() if pd.isna(value) else column.eq(value)


def women_trained(trainees: pd.DataFrame) -> Least:
    """Return the least number of women trained: figures of women alone and women inside other figures.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> course = {"country": "PAK", "sector": "police", "counted_as": "trained", "unit": "people", "value": 10}
    >>> women_trained(sample("trainees", course | {"sex": "women"}, course | {"sex": "all", "value": 40}))
    Least(low=10, records=('row-1',))
    """
    return least(figures(trainees[trainees["sex"].eq("women")]))


def staircase(trainees: pd.DataFrame) -> pd.DataFrame:
    """Return how the lower bound grows as courses end and totals are announced.

    Returns
    -------
    DataFrame
        ``day, courses`` (people, at least: single courses that ended by then), ``people`` (running totals announced
        by then as well), ``records`` (behind ``people``); one row a day on which either grows. Undated figures are on
        no step.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> course = {"country": "TJK", "sector": "police", "sex": "all", "counted_as": "trained"}
    >>> course |= {"unit": "people", "value": 20}
    >>> days = ("2019-05-13", "2019-06-10")
    >>> rows = sample("trainees", *(course | {"start": day, "end": day} for day in days))
    >>> staircase(rows)[["courses", "people"]].values.tolist()
    [[20, 20], [40, 40]]
    """
    found = sorted((f for f in figures(trainees) if math.isfinite(f.known)), key=lambda f: f.known)
    made: list[tuple[pd.Timestamp, float, float, str]] = []
    for day in sorted({f.known for f in found}):
        past = [f for f in found if f.known <= day]
        courses, everything = least([f for f in past if not f.total]), least(past)
        if not made or (courses.low, everything.low) != made[-1][1:3]:
            made.append((pd.Timestamp(day, unit="D"), courses.low, everything.low, ";".join(everything.records)))
    return pd.DataFrame(made, columns=["day", "courses", "people", "records"])


def running_totals(trainees: pd.DataFrame) -> pd.DataFrame:
    """Return the running totals as announced, each once.

    Returns
    -------
    DataFrame
        ``day`` (by which it was reached; NaT: undated), ``low`` (people), ``sector, label`` (who, by whom),
        ``records``. Totals that stand inside another figure are left out.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> total = {"country": "PAK", "sector": "police", "sex": "all", "counted_as": "trained", "unit": "people"}
    >>> found = running_totals(sample("trainees", total | {"cumulative": True, "value": 2000}))
    >>> found[["low", "label"]].values.tolist()
    [[2000, 'police']]
    """
    made = [
        [
            pd.Timestamp(f.known, unit="D") if math.isfinite(f.known) else pd.NaT,
            f.low,
            f.sector,
            _who(f),
            ";".join(f.records),
        ]
        for f in figures(trainees)
        if f.total and not f.part and f.low > 0
    ]
    frame = pd.DataFrame(made, columns=["day", "low", "sector", "label", "records"])
    return frame.astype({"day": "datetime64[us]"}).sort_values(["day", "low"], kind="stable", ignore_index=True)


_SHORT = {"border": "border guards", "corrections": "prison staff", "drug_control": "drug control"}
_SHORT |= {
    "judiciary": "judges",
    "mixed": "people, several sectors",
    "other": "officials",
    "investigation": "investigators",
}


def _who(figure: Figure) -> str:
    """Return the sector and the provider in very few words, for a label in a chart."""
    who = _SHORT.get(figure.sector, label("sectors", figure.sector).split(" and ")[0].lower())
    short = [row["short"] for row in rows("providers") if row["key"] in figure.providers]
    return f"{who} ({', '.join(short[:2])})" if short else who


def claims_against_courses(trainees: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Return each claim of people trained beside what everybody else prints of the same professions.

    Returns
    -------
    DataFrame
        ``claim, statement, claimed`` (people), ``sectors, courses`` (at least, single courses), ``people`` (at least,
        with running totals), ``bundled`` (at least, figures that bundle these professions with others), ``records``.
        The claim's own source is left out.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> claim = sample("claims", {"topic": "trainees", "subject": "prosecutors", "source_id": "inl-1", "value": 2000})
    >>> course = {"country": "PAK", "sector": "prosecution", "sex": "all", "counted_as": "trained", "unit": "people"}
    >>> found = claims_against_courses(sample("trainees", course | {"value": 40}), claim)
    >>> found[["claimed", "courses"]].values.tolist()
    [[2000.0, 40.0]]
    """
    made = []
    for claim in claims[claims["topic"].eq("trainees")].to_dict("records"):
        sectors = list(dict.fromkeys(read_sector(part, "").key for part in claim["subject"].split(",") if part.strip()))
        others = figures(trainees[trainees["source_id"].ne(claim["source_id"])])
        same = [f for f in others if f.sector in sectors]
        loose = [f for f in others if f.sector in _BUNDLED]
        people, courses = least(same), least([f for f in same if not f.total])
        bundled = least(loose).low if len(sectors) > 1 else 0.0
        names = ", ".join(label("sectors", key) for key in sectors)
        row = [claim["record_id"], claim["statement"], claim["low"], names, courses.low, people.low, bundled]
        made.append([*row, ";".join(people.records)])
    columns = ["claim", "statement", "claimed", "sectors", "courses", "people", "bundled", "records"]
    return pd.DataFrame(made, columns=columns)


def course_length(trainees: pd.DataFrame) -> pd.DataFrame:
    """Return how long courses ran, by sector, where both days are printed.

    Returns
    -------
    DataFrame
        ``sector, label, courses, shortest, median, longest`` (days, first to last, both counted), ``records``.

    Notes
    -----
    Spans of whole months or years are dates in part, not lengths, and are left out. Two rounds of one course printed
    as one span count as one.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> course = {"sector": "police", "counted_as": "trained", "start": "2019-05-13", "end": "2019-05-17"}
    >>> course_length(sample("trainees", course))[["label", "courses", "median"]].values.tolist()
    [['Police', 1, 5.0]]
    """
    days = (trainees["end"] - trainees["start"]).dt.days + 1
    whole = trainees["start"].dt.is_month_start & trainees["end"].dt.is_month_end
    kept = trainees[trainees["counted_as"].eq("trained") & ~trainees["cumulative"] & ~trainees["subset"]]
    kept = kept.assign(days=days)[lambda x: x["days"].ge(1) & ~whole.reindex(x.index)]
    made = [
        [key, label("sectors", str(key)), len(g), g["days"].min(), g["days"].median(), g["days"].max(), _ids(g)]
        for key, g in kept.groupby("sector")
    ]
    columns = ["sector", "label", "courses", "shortest", "median", "longest", "records"]
    return pd.DataFrame(made, columns=columns).sort_values("courses", ascending=False, kind="stable", ignore_index=True)


def cost_per_person(trainees: pd.DataFrame) -> pd.DataFrame:
    """Return what a training cost a person, where a source prints cost and people of the same line.

    Returns
    -------
    DataFrame
        ``fiscal_year, programme, lines, people, cost_usd, low, median, high`` (US dollars a person: the cheapest line,
        the middle one, the dearest). Empty where the table has no column ``cost_usd``.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> line = {"counted_as": "trained", "programme": "IMET", "fiscal_year": 2007, "value": 4, "cost_usd": 50_000.0}
    >>> cost_per_person(sample("trainees", line))[["programme", "people", "median"]].values.tolist()
    [['IMET', 4.0, 12500.0]]
    """
    columns = ["fiscal_year", "programme", "lines", "people", "cost_usd", "low", "median", "high"]
    if "cost_usd" not in trainees:
        return pd.DataFrame(columns=columns)
    kept = trainees[(trainees["cost_usd"] > 0) & (trainees["value"] > 0) & trainees["counted_as"].eq("trained")]
    kept = kept.assign(each=kept["cost_usd"] / kept["value"])
    if "fiscal_year" not in kept:
        kept = kept.assign(fiscal_year="")
    made = [
        [*key, len(g), g["value"].sum(), g["cost_usd"].sum(), *np.quantile(g["each"], [0.0, 0.5, 1.0])]
        for key, g in kept.groupby(["fiscal_year", "programme"])
    ]
    return pd.DataFrame(made, columns=columns)


def _ids(group: pd.DataFrame) -> str:
    return ";".join(group["record_id"])
