"""Teams, centers and posts: printed counts, the stock between them, sites, openings, durations, cost.

Belongs here: what the policing-centers table says by itself. Does not belong here: rates and coverage (``coverage``),
border posts by who counts and pays (``posts``), charts.

Counts are whole numbers; a count to date stands until a later one, because nothing that was counted is known to have
been closed: `stock` is the least and the most that the dated counts leave open between them.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd

from analysis.bounds import stocks
from analysis.bounds.figures import days
from analysis.clean.text import fold
from analysis.measures.names import day, district_position, province_name, said
from analysis.vocabulary import label

_TEAMS = ("cppt", "cpc")
_AHEAD = ("planned", "under_construction")
_EVENTS = ("opened", "handed_over")
# Of several reports of one place the one that says most about what was done.
_SAYS_MOST = ("renovated", "opened", "handed_over", "built_or_renovated", "established", *reversed(_AHEAD))
_SAME_EVENT = pd.Timedelta(days=60)  # two reports of one opening are days or weeks apart


def counts(centers: pd.DataFrame) -> pd.DataFrame:
    """Return the printed counts to date of a whole country.

    Parameters
    ----------
    centers : DataFrame
        Rows of the policing_centers table.

    Returns
    -------
    DataFrame
        ``country, series, label, date`` (words), ``as_of_start, as_of_end, low, high`` (whole numbers; ``high``
        infinite for "over"), ``what`` (the collector's remark), ``source_id, record_id``; by series and date. Counts
        inside another one and counts of one place are left out. A series is one kind as printed; what a donor handed
        over is a series of its own.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> teams = {"country": "TJK", "kind": "cppt", "record": "stock", "value": 27}
    >>> found = counts(sample("policing_centers", teams | {"as_of_start": "2018-10-03", "as_of_end": "2018-10-03"}))
    >>> found[["label", "date", "low"]].values.tolist()
    [['Community Policing Partnership Team', '3 October 2018', 27.0]]
    """
    rows = centers[centers["record"].eq("stock") & ~centers["subset"] & centers["kind"].ne("coverage")]
    rows = rows[rows["admin1"].eq("") & rows["district"].eq("")]
    made = rows.assign(
        series=[_series(row) for row in rows.to_dict("records")],
        low=np.ceil(rows["low"]),
        high=np.floor(rows["high"]),
        date=[day(a, b) for a, b in zip(rows["as_of_start"], rows["as_of_end"], strict=True)],
        what=rows["note"],
    )
    made["label"] = [label("kinds", s) if s in _TEAMS else s[:1].upper() + s[1:] for s in made["series"]]
    columns = ["country", "series", "label", "date", "as_of_start", "as_of_end", "low", "high", "what"]
    order = ["country", "series", "as_of_end", "low"]
    return made[[*columns, "source_id", "record_id"]].sort_values(order, kind="stable", ignore_index=True)


def _series(row: dict[str, str]) -> str:
    if row["kind"] in _TEAMS:
        return row["kind"]
    name = row["kind_reported"].removeprefix("other:").strip()
    return f"{name} (handed over)" if row["status"] == "handed_over" else name


def stock(centers: pd.DataFrame, series: str) -> pd.DataFrame:
    """Return the least and the most that there can have been, day by day, as steps.

    Parameters
    ----------
    centers : DataFrame
        Rows of the policing_centers table of one country.
    series : str
        As in `counts`: ``cppt``, ``cpc`` or a printed kind.

    Returns
    -------
    DataFrame
        ``start`` (the first day of the step), ``low, high`` (``high`` infinite after the last count), ``records``
        (that hold the ends). Empty without a dated count.

    Notes
    -----
    low: the greatest count, number of named places, or count plus openings announced after it, reached by that day.
    high: the least count stated on that day or later. A date in part is the span that it allows.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> teams = {"country": "TJK", "kind": "cppt", "record": "stock"}
    >>> days = [(27, "2018-10-03"), (32, "2019-05-14")]
    >>> rows = [teams | {"value": value, "as_of_start": day, "as_of_end": day} for value, day in days]
    >>> stock(sample("policing_centers", *rows), "cppt")[["low", "high"]].values.tolist()
    [[27.0, 27.0], [27.0, 32.0], [32.0, 32.0], [32.0, inf]]
    """
    held = counts(centers)
    held = held[held["series"].eq(series) & held["as_of_end"].notna()]
    rows = centers[centers["kind"].eq(series)] if series in _TEAMS else centers.iloc[:0]
    observed = [*stocks.counts(held), *_named(rows), *_added(rows, held)]
    moments = {count.end for count in observed} | {count.start + 1 for count in observed if math.isfinite(count.high)}
    made: list[tuple[pd.Timestamp, float, float, str]] = []
    for moment in (pd.Timestamp(number, unit="D") for number in sorted(moments)):
        found = stocks.stock_bounds(observed, moment)
        if not made or made[-1][1:3] != (found.low, found.high):
            by = ";".join(dict.fromkeys(found.low_by + found.high_by))
            made.append((moment, float(found.low), float(found.high), by))
    return pd.DataFrame(made, columns=["start", "low", "high", "records"])


def _named(rows: pd.DataFrame) -> list[stocks.Count]:
    """Count the named places in being by each day: at least so many there were."""
    found = sites(rows).dropna(subset=["by"]).sort_values("by", kind="stable")
    return [_at_least(r.by, n, r.records.split(";")) for n, r in enumerate(found.itertuples(), start=1)]


def _added(rows: pd.DataFrame, held: pd.DataFrame) -> list[stocks.Count]:
    """Add openings announced after the last count to it."""
    if held.empty:
        return []
    last = held.sort_values(["as_of_end", "low"]).iloc[-1]
    new = rows[rows["record"].eq("batch") & rows["status"].isin(_EVENTS) & (rows["as_of_start"] > last["as_of_end"])]
    new = new.sort_values("as_of_end", kind="stable")
    total = last["low"] + np.ceil(new["low"]).cumsum()
    return [_at_least(r.as_of_end, n, [r.record_id]) for r, n in zip(new.itertuples(), total, strict=True)]


def _at_least(moment: pd.Timestamp, number: float, records: list[str]) -> stocks.Count:
    return stocks.Count(tuple(records), days(moment), days(moment), float(number), math.inf)


def drawn_series(centers: pd.DataFrame) -> list[str]:
    """Return the series that can be drawn over time, teams and centers first.

    At least two dates more than two months apart, and never fewer than before: a series that falls mixes bases (what
    one donor counts, what all count), as the border posts do.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> teams = {"country": "TJK", "kind": "cppt", "record": "stock"}
    >>> days = [(27, "2018-10-03"), (32, "2019-05-14")]
    >>> rows = [teams | {"value": value, "as_of_start": day, "as_of_end": day} for value, day in days]
    >>> drawn_series(sample("policing_centers", *rows)), drawn_series(sample("policing_centers", rows[0]))
    (['cppt'], [])
    """
    held = counts(centers).dropna(subset=["as_of_end"])
    good = [
        series
        for series, rows in held.groupby("series")
        if rows["as_of_end"].max() - rows["as_of_end"].min() > _SAME_EVENT
        and rows.sort_values(["as_of_end", "low"])["low"].is_monotonic_increasing
        and said("bases", *rows["what"]) == ""
    ]
    return sorted(good, key=lambda series: (_TEAMS.index(series) if series in _TEAMS else len(_TEAMS), series))


def latest_counts(centers: pd.DataFrame) -> pd.DataFrame:
    """Return the latest dated count of each series: as `counts`; teams, centers, border posts, then the newest.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> teams = {"country": "TJK", "kind": "cppt", "record": "stock"}
    >>> days = [(27, "2018-10-03"), (32, "2019-05-14")]
    >>> rows = [teams | {"value": value, "as_of_start": day, "as_of_end": day} for value, day in days]
    >>> latest_counts(sample("policing_centers", *rows))[["date", "low"]].values.tolist()
    [['14 May 2019', 32.0]]
    """
    held = counts(centers).dropna(subset=["as_of_end"]).groupby(["country", "series"], sort=False).tail(1)
    order = [*_TEAMS, "border post"]
    rank = [order.index(series) if series in order else len(order) for series in held["series"]]
    held = held.assign(rank=rank).sort_values(["rank", "as_of_end"], ascending=[True, False], kind="stable")
    return held.drop(columns="rank").reset_index(drop=True)


def growth(centers: pd.DataFrame) -> pd.DataFrame:
    """Return the printed counts of teams and centers by date, side by side.

    Returns
    -------
    DataFrame
        ``country, date`` (words), ``teams, centers`` (NaN: not printed for that date), ``teams_more, centers_more``
        (since the count before), ``centers_a_year`` (more centers a year between the two dates, as a range over what
        the dates allow), ``source_id, records``.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> held = {"country": "TJK", "kind": "cpc", "record": "stock"}
    >>> days = [(40, "2018-01-01"), (44, "2020-01-01")]
    >>> rows = [held | {"value": value, "as_of_start": day, "as_of_end": day} for value, day in days]
    >>> growth(sample("policing_centers", *rows))[["date", "centers", "centers_a_year"]].values.tolist()
    [['1 January 2018', 40.0, ''], ['1 January 2020', 44.0, '2.0']]
    """
    held = counts(centers)
    held = held[held["series"].isin(_TEAMS) & held["as_of_end"].notna()]
    made: list[list[object]] = []
    for country, rows in held.groupby("country", sort=False):
        before: dict[str, object] = {}
        for (_, end), same in rows.groupby(["as_of_start", "as_of_end"]):
            now = {series: r for r in same.itertuples() for series in [r.series]}
            numbers = [now[s].low if s in now else math.nan for s in _TEAMS]
            more = [now[s].low - before[s].low if s in now and s in before else math.nan for s in _TEAMS]  # type: ignore[attr-defined]
            pace = _pace(before.get("cpc"), now.get("cpc"))
            made.append([country, same["date"].iloc[0], end, *numbers, *more, pace])
            made[-1] += [same["source_id"].iloc[0], ";".join(same["record_id"])]
            before |= now
    columns = ["country", "date", "end", "teams", "centers", "teams_more", "centers_more", "centers_a_year"]
    frame = pd.DataFrame(made, columns=[*columns, "source_id", "records"])
    return frame.sort_values(["country", "end"], kind="stable").drop(columns="end").reset_index(drop=True)


def _pace(before: object, now: object) -> str:
    """Return how many more a year, from the longest to the shortest time that the two dates allow."""
    if before is None or now is None:
        return ""
    more = now.low - before.low  # type: ignore[attr-defined]
    longest = (now.as_of_end - before.as_of_start).days / 365.25  # type: ignore[attr-defined]
    shortest = max(1, (now.as_of_start - before.as_of_end).days) / 365.25  # type: ignore[attr-defined]
    return " to ".join(sorted({f"{more / longest:.1f}", f"{more / shortest:.1f}"}, key=float))


def sites(centers: pd.DataFrame) -> pd.DataFrame:
    """Return the single places that the record names, each once however many sources report it.

    Returns
    -------
    DataFrame
        ``country, kind, label, admin1, province, district, place, lat, lon`` (of the district where the place itself
        is not in the gazetteer), ``opened_start, opened_end`` (NaT: no opening printed), ``by`` (in being by that
        day), ``planned_start, planned_end, status, cost_low, cost_high`` (US dollars), ``payer, reports, records``.

    Notes
    -----
    Two rows are one place where kind and place agree, or where one names no place, the district agrees and the dates
    are within two months; a plan without a place is joined to the one place of its kind in the province.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> team = {"country": "TJK", "kind": "cppt", "record": "site", "district": "Vanj", "status": "opened"}
    >>> report = team | {"as_of_start": "2017-05-01", "as_of_end": "2017-05-31"}
    >>> again = team | {"as_of_start": "2017-06-10", "as_of_end": "2017-06-10"}
    >>> sites(sample("policing_centers", report, again))[["label", "district", "reports"]].values.tolist()
    [['Community Policing Partnership Team', 'Vanj', 2]]
    """
    groups: list[list[dict[str, Any]]] = []
    for row in centers[centers["record"].eq("site")].to_dict("records"):
        group = next((g for g in groups if any(_one_place(row, other) for other in g)), None)
        if group is None:
            groups.append([row])
        else:
            group.append(row)
    made = [_site(group) for group in groups]
    columns = ["country", "kind", "label", "admin1", "province", "district", "place", "lat", "lon", "opened_start"]
    columns += ["opened_end", "by", "planned_start", "planned_end", "status", "cost_low", "cost_high", "payer"]
    frame = pd.DataFrame(made, columns=[*columns, "reports", "records"])
    for name in ("opened_start", "opened_end", "by", "planned_start", "planned_end"):
        frame[name] = pd.to_datetime(frame[name])
    return frame.sort_values("by", kind="stable", na_position="last", ignore_index=True)


def _one_place(one: dict[str, object], two: dict[str, object]) -> bool:
    if one["kind_reported"] != two["kind_reported"] or one["country"] != two["country"]:
        return False
    if one["place"] and two["place"]:
        return fold(str(one["place"])) == fold(str(two["place"]))
    if one["district"] and one["district"] == two["district"]:
        days = _moment(one), _moment(two)
        return not pd.isna(days[0]) and not pd.isna(days[1]) and abs(days[0] - days[1]) <= _SAME_EVENT
    loose = not (one["district"] and two["district"]) and one["admin1"] and one["admin1"] == two["admin1"]
    return bool(loose and (one["status"] in _AHEAD) != (two["status"] in _AHEAD))


def _moment(row: dict[str, object]) -> pd.Timestamp:
    return pd.Timestamp(row["as_of_end"])


def _site(group: list[dict[str, Any]]) -> list[object]:
    first = {
        c: next((r[c] for r in group if r[c]), "") for c in ("kind", "kind_reported", "admin1", "district", "place")
    }
    placed = ((r["lat"], r["lon"]) for r in group if not pd.isna(r["lat"]))
    lat, lon = next(placed, None) or district_position(str(group[0]["country"]), str(first["district"]))
    being = [r["as_of_end"] for r in group if r["status"] not in _AHEAD and not pd.isna(r["as_of_end"])]
    said_of = {r["status"] for r in group}
    status = next((s for s in _SAYS_MOST if s in said_of), str(group[-1]["status"]))
    payers = [said("payers", str(r["note"]), str(r["implementer"])) for r in group]
    payer = next((p for p in ("japan", "not_us", "us_defense", "inl", "us", "osce", "unodc") if p in payers), "")
    text = str(first["kind_reported"]).removeprefix("other:").strip()
    name = label("kinds", str(first["kind"])) if first["kind"] in _TEAMS else text[:1].upper() + text[1:]
    where = [first["admin1"], province_name(str(first["admin1"])), first["district"], first["place"], lat, lon]
    when = [*_span(group, _EVENTS), min(being, default=pd.NaT), *_span(group, _AHEAD)]
    costs = [r["cost_usd"] for r in group if not pd.isna(r["cost_usd"])]
    cost = [min(costs, default=math.nan), max(costs, default=math.nan)]
    paid = label("payers", payer) or "not stated"
    records = ";".join(r["record_id"] for r in group)
    return [group[0]["country"], first["kind"], name, *where, *when, status, *cost, paid, len(group), records]


def _span(group: list[dict[str, Any]], statuses: Collection[str]) -> tuple[object, object]:
    """Return the dates of the earliest row of some statuses; a row without a date comes last."""
    rows = [r for r in group if r["status"] in statuses]
    if not rows:
        return pd.NaT, pd.NaT
    row = min(rows, key=lambda r: (pd.isna(r["as_of_end"]), 0 if pd.isna(r["as_of_end"]) else r["as_of_end"]))
    return row["as_of_start"], row["as_of_end"]


def opened_by_year(centers: pd.DataFrame) -> pd.DataFrame:
    """Return how many places of each kind the record names as opened or handed over, by year.

    Returns
    -------
    DataFrame
        ``year, kind, label, places, where`` (their names), ``records``. At least: places that nobody reported are not
        in it, and a year without a row is a year without a report.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> team = {"country": "TJK", "kind": "cppt", "record": "site", "district": "Vanj", "status": "opened"}
    >>> rows = sample("policing_centers", team | {"as_of_start": "2017-05-01", "as_of_end": "2017-05-31"})
    >>> opened_by_year(rows)[["year", "label", "places", "where"]].values.tolist()
    [[2017, 'Community Policing Partnership Team', 1, 'Vanj']]
    """
    found = sites(centers).dropna(subset=["opened_end"])
    found = found[found["opened_start"].dt.year.eq(found["opened_end"].dt.year)]
    made = [
        [*key, len(g), ", ".join(place_name(r) for r in g.to_dict("records")), ";".join(g["records"])]
        for key, g in found.groupby([found["opened_end"].dt.year, "kind", "label"])
    ]
    return pd.DataFrame(made, columns=["year", "kind", "label", "places", "where", "records"])


def place_name(site: dict[str, object]) -> str:
    """Return a site's place and district in few words.

    Examples
    --------
    >>> place_name({"place": "Poimazor", "district": "Vanj", "province": ""})
    'Poimazor in Vanj'
    """
    names = [str(n) for n in (site["place"], site["district"]) if n]
    return " in ".join(dict.fromkeys(names)) or str(site["province"]) or "place not named"


def durations(centers: pd.DataFrame) -> pd.DataFrame:
    """Return the time from planned or begun to opened, where the record dates both.

    Returns
    -------
    DataFrame
        ``place, label, planned, opened`` (words), ``low, high`` (days that the printed dates allow), ``records``.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> post = {"country": "TJK", "kind": "border_post", "record": "site", "place": "Shurabad"}
    >>> begun = post | {"status": "planned", "as_of_start": "2012-03-01", "as_of_end": "2012-03-31"}
    >>> opened = post | {"status": "opened", "as_of_start": "2013-03-01", "as_of_end": "2013-03-01"}
    >>> durations(sample("policing_centers", begun, opened))[["place", "low", "high"]].values.tolist()
    [['Shurabad', 335, 365]]
    """
    found = sites(centers).dropna(subset=["planned_end", "by"])
    made = []
    for site in found.to_dict("records"):
        first = site["opened_start"] if pd.notna(site["opened_start"]) else site["by"]
        last = site["opened_end"] if pd.notna(site["opened_end"]) else site["by"]
        low, high = (first - site["planned_end"]).days, (last - site["planned_start"]).days
        if high > 0:
            dates = day(site["planned_start"], site["planned_end"]), day(first, last)
            made.append([place_name(site), site["label"], *dates, max(0, low), high, site["records"]])
    return pd.DataFrame(made, columns=["place", "label", "planned", "opened", "low", "high", "records"])


def cost_per_site(centers: pd.DataFrame) -> pd.DataFrame:
    """Return the printed cost of single places by kind.

    Returns
    -------
    DataFrame
        ``kind, label, places`` (with a printed cost), ``low, median, high`` (US dollars a place), ``records``. Prices
        of different years, not adjusted; works differ from place to place.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> post = {"kind": "border_post", "kind_reported": "border post", "record": "site", "status": "opened"}
    >>> posts = [post | {"place": name, "cost_usd": cost} for name, cost in (("A", 400e3), ("B", 600e3))]
    >>> rows = sample("policing_centers", *(one | {"as_of_end": "2013-03-01"} for one in posts))
    >>> cost_per_site(rows)[["label", "places", "low", "median", "high"]].values.tolist()
    [['Border post', 2, 400000.0, 500000.0, 600000.0]]
    """
    found = sites(centers).dropna(subset=["cost_low"])
    found["label"] += np.where(found["by"].isna(), " (planned)", "")
    made = [
        [*key, len(g), g["cost_low"].min(), ((g["cost_low"] + g["cost_high"]) / 2).median(), g["cost_high"].max(),
         ";".join(g["records"])]
        for key, g in found.groupby(["kind", "label"])
    ]  # fmt: skip
    frame = pd.DataFrame(made, columns=["kind", "label", "places", "low", "median", "high", "records"])
    return frame.sort_values("places", ascending=False, kind="stable", ignore_index=True)
