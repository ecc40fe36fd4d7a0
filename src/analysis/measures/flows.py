"""Seizures against what was on its way: opium equivalents, flow, production, wholesale value.

Belongs here: quotients and products of ranges, with the estimates of the ``context`` table. Does not belong here: the
amounts seized themselves (``seizures``). Estimates of flow and production are models, printed without the errors they
must have; a share that looks exact is not.
"""

from __future__ import annotations

import math

import pandas as pd

_NO_LIMIT = math.inf


def conversion(context: pd.DataFrame) -> tuple[float, float, list[str]]:
    """Return how much opium makes one unit of heroin: least, most (kg per kg), and the records that print it.

    The hull of every printed ratio; the yield of Afghan opium and the purity of heroin vary that much and more.
    NaN where none is printed.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> ratio = {"indicator": "conversion ratio", "unit": "kg/kg"}
    >>> conversion(sample("context", ratio | {"value": 7}, ratio | {"value": 10}))
    (7.0, 10.0, ['row-1', 'row-2'])
    """
    rows = context[(context["indicator"] == "conversion ratio") & (context["high"] < _NO_LIMIT)]
    if rows.empty:
        return math.nan, math.nan, []
    return float(rows["low"].min()), float(rows["high"].max()), rows["record_id"].tolist()


def opium_equivalent(ranges: pd.DataFrame, context: pd.DataFrame) -> pd.DataFrame:
    """Express opium, heroin and morphine of a year as the opium they were made of.

    Parameters
    ----------
    ranges : DataFrame
        `seizures.year_by_drug`, which must hold ``opium`` and ``heroin_morphine``.
    context : DataFrame
        Rows of the context table with the printed ratios.

    Returns
    -------
    DataFrame
        ``country, year, low, high, records``: kg of opium; opium + ratio x (heroin and morphine), low with lows, high
        with highs. Morphine is converted like heroin. Years of which neither part is known are left out.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> ranges = pd.DataFrame({"country": "PAK", "year": 2019, "drug": ["opium", "heroin_morphine"]})
    >>> ranges = ranges.assign(low=[100.0, 10.0], high=[120.0, 12.0], records=["a", "b"])
    >>> ratio = sample("context", {"indicator": "conversion ratio", "value": 7})
    >>> opium_equivalent(ranges, ratio)[["year", "low", "high"]].values.tolist()
    [[2019.0, 170.0, 204.0]]
    """
    least, most, ids = conversion(context)
    names = ["country", "year"]
    opium, refined = (ranges[ranges["drug"] == drug] for drug in ("opium", "heroin_morphine"))
    both = opium.merge(refined, on=names, suffixes=("_opium", "_refined"))
    behind = zip(both["records_opium"], both["records_refined"], strict=True)
    made = both[names].assign(
        low=both["low_opium"] + least * both["low_refined"],
        high=both["high_opium"] + most * both["high_refined"],
        records=[";".join([a, b, *ids]) for a, b in behind],
    )
    return made[(made["low"] > 0) | (made["high"] < _NO_LIMIT)].reset_index(drop=True)


def interception(ranges: pd.DataFrame, context: pd.DataFrame) -> pd.DataFrame:
    """Set what was seized against the estimated flow of the same drug through the same country in the same year.

    Parameters
    ----------
    ranges : DataFrame
        `seizures.year_by_drug`.
    context : DataFrame
        Rows of the context table with the estimates of flow.

    Returns
    -------
    DataFrame
        ``country, drug, year, seized_low, seized_high, flow_low, flow_high, low, high, records``: low and high are
        percent of the flow: least seized over most flow, most seized over least flow, at most 100.

    Notes
    -----
    Only dated estimates for one country are used, each on its own line. Some count what crosses, some what is left
    after seizures: the share is rough either way.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> ranges = pd.DataFrame({"country": ["TJK"], "year": 2010, "drug": "heroin", "low": 1000.0, "high": 1100.0})
    >>> flow = {"indicator": "heroin flow", "country": "TJK", "low": 75_000, "high": 80_000, "start": "2010-01-01"}
    >>> interception(ranges.assign(records="a"), sample("context", flow))[["low", "high"]].round(2).values.tolist()
    [[1.25, 1.47]]
    """
    rows = []
    for drug in ("heroin", "opium"):
        flow = context[(context["indicator"] == f"{drug} flow") & (context["country"] != "") & context["start"].notna()]
        for estimate in flow.to_dict("records"):
            here = ranges[
                (ranges["drug"] == drug)
                & (ranges["country"] == estimate["country"])
                & (ranges["year"] == estimate["start"].year)
            ]
            for found in here.to_dict("records"):
                if found["low"] > 0 or found["high"] < _NO_LIMIT:
                    rows.append(_share(found, estimate, drug))
    names = ["country", "drug", "year", "seized_low", "seized_high", "flow_low", "flow_high", "low", "high", "records"]
    made = pd.DataFrame(rows, columns=names)
    return made.sort_values(["country", "drug", "year"], kind="stable", ignore_index=True)


def _share(found: dict[str, object], estimate: dict[str, object], drug: str) -> dict[str, object]:
    low, high, least, most = (float(str(x)) for x in (found["low"], found["high"], estimate["low"], estimate["high"]))
    return {
        "country": found["country"],
        "drug": drug,
        "year": found["year"],
        "seized_low": low,
        "seized_high": high,
        "flow_low": least,
        "flow_high": most,
        "low": 100 * low / most,
        "high": min(100.0, 100 * high / least) if high < _NO_LIMIT else _NO_LIMIT,
        "records": f"{found['records']};{estimate['record_id']}",
    }


def production(context: pd.DataFrame) -> pd.DataFrame:
    """Return Afghan opium production by year: ``year, low, high, records``, kg, the hull of all printed estimates.

    Estimates that differ (UNODC, the US government, Afghan officials) are not weighed against each other.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> made = {"indicator": "opium production", "country": "AFG", "unit": "kg"}
    >>> made |= {"start": "2019-01-01", "end": "2019-12-31"}
    >>> rows = sample("context", made | {"value": 6_400_000}, made | {"value": 6_700_000})
    >>> production(rows)[["year", "low", "high"]].values.tolist()
    [[2019.0, 6400000.0, 6700000.0]]
    """
    rows = context[
        (context["indicator"] == "opium production") & (context["country"] == "AFG") & context["start"].notna()
    ]
    rows = rows[(rows["unit"] == "kg") & (rows["start"].dt.year == rows["end"].dt.year) & (rows["high"] < _NO_LIMIT)]
    years = rows["start"].dt.year.rename("year")
    made = rows.groupby(years).agg(low=("low", "min"), high=("high", "max"), records=("record_id", ";".join))
    return made.reset_index()


def against_production(equivalents: pd.DataFrame, context: pd.DataFrame) -> pd.DataFrame:
    """Set a country's seizures in opium equivalents against Afghan opium production of the same year.

    Parameters
    ----------
    equivalents : DataFrame
        From `opium_equivalent`.
    context : DataFrame
        Rows of the context table with Afghan production.

    Returns
    -------
    DataFrame
        ``country, year, low, high, records``: percent; least over most, most over least. What is seized in a year
        was often harvested in another, and production is an estimate: an order of magnitude, not a rate.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> made = {"indicator": "opium production", "country": "AFG", "unit": "kg"}
    >>> made |= {"start": "2019-01-01", "end": "2019-12-31"}
    >>> seized = pd.DataFrame({"country": ["PAK"], "year": [2019], "low": [64_000.0], "high": [64_000.0]})
    >>> seized["records"] = "pk-1"
    >>> against_production(seized, sample("context", made | {"value": 6_400_000}))[["low", "high"]].values.tolist()
    [[1.0, 1.0]]
    """
    both = equivalents.merge(production(context), on="year", suffixes=("", "_made"))
    return pd.DataFrame(
        {
            "country": both["country"],
            "year": both["year"],
            "low": 100 * both["low"] / both["high_made"],
            "high": 100 * both["high"] / both["low_made"],
            "records": both["records"].astype("str") + ";" + both["records_made"].astype("str"),
        }
    )


def revenue(ranges: pd.DataFrame, context: pd.DataFrame, farthest: int = 2) -> pd.DataFrame:
    """Value what was seized at the wholesale price of the same country: what traffickers did not earn, at most.

    Parameters
    ----------
    ranges : DataFrame
        `seizures.year_by_drug`.
    context : DataFrame
        Prices in US dollars per kg.
    farthest : int
        Use the price of the nearest year, at most so many years away.

    Returns
    -------
    DataFrame
        ``country, drug, year, amount_low, amount_high, price_low, price_high, price_year, low, high, trust,
        records``: US dollars; least amount x least price, most x most. ``trust`` says how near the price is.

    Notes
    -----
    Prices are for street or wholesale purity, seizures for gross weight; prices would move if the seized drugs had
    reached the market. The range holds the printed price range and the amount, not these.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> ranges = pd.DataFrame({"country": ["TJK"], "year": 2010, "drug": "heroin", "low": 1000.0, "high": 1100.0})
    >>> price = {"indicator": "price heroin wholesale", "country": "TJK", "unit": "USD/kg", "start": "2011-01-01"}
    >>> worth = revenue(ranges.assign(records="a"), sample("context", price | {"low": 3000, "high": 5000}))
    >>> worth[["low", "high", "trust"]].values.tolist()
    [[3000000.0, 5500000.0, 'price 1 year away']]
    """
    rows = []
    dated = context[context["unit"].eq("USD/kg") & context["start"].notna()]
    prices = dict(list(dated.groupby(["indicator", "country"])))
    for found in ranges.to_dict("records"):
        mine = prices.get((f"price {found['drug']} wholesale", found["country"]), dated.iloc[:0])
        away = (mine["start"].dt.year - found["year"]).abs()
        if mine.empty or away.min() > farthest or (found["low"] <= 0 and found["high"] == _NO_LIMIT):
            continue
        near = mine[away == away.min()]
        rows.append(_worth(found, near, int(away.min())))
    names = ["country", "drug", "year", "amount_low", "amount_high", "price_low", "price_high", "price_year"]
    return pd.DataFrame(rows, columns=[*names, "low", "high", "trust", "records"])


def _worth(found: dict[str, object], near: pd.DataFrame, away: int) -> dict[str, object]:
    low, high = float(str(found["low"])), float(str(found["high"]))
    least, most = float(near["low"].min()), float(near["high"].max())
    trust = "price of the same year" if away == 0 else f"price {away} year{'' if away == 1 else 's'} away"
    return {
        "country": found["country"],
        "drug": found["drug"],
        "year": found["year"],
        "amount_low": low,
        "amount_high": high,
        "price_low": least,
        "price_high": most,
        "price_year": ", ".join(str(year) for year in sorted(set(near["start"].dt.year))),
        "low": low * least,
        "high": high * most,
        "trust": trust,
        "records": ";".join([str(found["records"]), *near["record_id"]]),
    }


def per_person(amounts: pd.DataFrame, context: pd.DataFrame, people: int = 100_000) -> pd.DataFrame:
    """Divide amounts by the population of the nearest printed year.

    Parameters
    ----------
    amounts : DataFrame
        ``country, year, low, high, records``.
    context : DataFrame
        Holds the population of whole countries.
    people : int
        For each so many people.

    Returns
    -------
    DataFrame
        ``country, year, low, high, population, population_year, records``; countries without a population are left
        out.

    Examples
    --------
    >>> from analysis.samples import sample
    >>> people = {"indicator": "population", "country": "TJK", "unit": "people", "value": 7_500_000}
    >>> amounts = pd.DataFrame({"country": ["TJK"], "year": [2010], "low": [750.0], "high": [900.0], "records": ["a"]})
    >>> found = per_person(amounts, sample("context", people | {"start": "2010-01-01"}))
    >>> found[["low", "high", "population_year"]].values.tolist()
    [[10.0, 12.0, '2010']]
    """
    whole = context[(context["indicator"] == "population") & (context["unit"] == "people") & context["start"].notna()]
    whole = whole[(whole["admin1"] == "") & (whole["district"] == "") & (whole["place"] == "")]
    rows = []
    for found in amounts.to_dict("records"):
        mine = whole[(whole["country"] == found["country"]) & (whole["low"] > 0) & (whole["high"] < _NO_LIMIT)]
        if mine.empty:
            continue
        near = mine.loc[(mine["start"].dt.year - found["year"]).abs().idxmin()]
        rows.append(
            {
                "country": found["country"],
                "year": found["year"],
                "low": people * found["low"] / near["high"],
                "high": people * found["high"] / near["low"],
                "population": near["value"],
                "population_year": str(near["start"].year),
                "records": f"{found['records']};{near['record_id']}",
            }
        )
    names = ["country", "year", "low", "high", "population", "population_year", "records"]
    return pd.DataFrame(rows, columns=names)
