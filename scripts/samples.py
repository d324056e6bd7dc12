"""Make the sample files in plans/samples: a made-up bill in the FOCUS format, and what became of some commitments.

    python scripts/samples.py [FOLDER]

Every number follows from the tables below and a fixed seed, so the same files come out on every machine. They describe a
firm that does not exist. The columns are those of FOCUS that the labs need, named as the specification names them; the
bill has flaws on purpose, each of a kind that real exports have: the word NULL, tags spelt in two ways, a service in two
categories, rows of an earlier month, rows that came twice, effective costs rounded to cents, credits without tags.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

MONTH = date(2026, 5, 1)
DAYS = 31
#: The seed of the small differences from day to day.
SEED = 20260501

AWS, AZURE, GOOGLE = "Amazon Web Services", "Microsoft Azure", "Google Cloud"
_EC2 = "Amazon Elastic Compute Cloud"
ACCOUNTS = {
    "web-prod": "100000000001",
    "web-dev": "100000000002",
    "data-prod": "100000000003",
    "data-dev": "100000000004",
    "shared": "100000000005",
}
#: Hours of use on each weekday, Monday first, as a share of a full day.
STEADY = (1.0,) * 7
OFFICE = (0.5, 0.5, 0.5, 0.5, 0.5, 0.0, 0.0)
BUSY = (1.0, 1.0, 1.0, 1.0, 0.95, 0.7, 0.65)
NIGHTLY = (0.15, 0.15, 0.15, 0.15, 0.15, 0.15, 0.3)

COLUMNS = (
    "BillingAccountId",
    "SubAccountId",
    "SubAccountName",
    "ProviderName",
    "InvoiceIssuerName",
    "BillingPeriodStart",
    "BillingPeriodEnd",
    "ChargePeriodStart",
    "ChargePeriodEnd",
    "ChargeCategory",
    "ChargeClass",
    "ChargeFrequency",
    "ChargeDescription",
    "ServiceName",
    "ServiceCategory",
    "RegionId",
    "ResourceId",
    "ResourceType",
    "PricingCategory",
    "PricingQuantity",
    "PricingUnit",
    "ListUnitPrice",
    "ListCost",
    "ContractedCost",
    "BilledCost",
    "EffectiveCost",
    "BillingCurrency",
    "CommitmentDiscountId",
    "CommitmentDiscountStatus",
    "CommitmentDiscountType",
    "Tags",
)


#: Of each service: who provides it, its category and its region.
SERVICES = {
    "Amazon Elastic Compute Cloud": (AWS, "Compute", "eu-central-1"),
    "Amazon Elastic Block Store": (AWS, "Storage", "eu-central-1"),
    "Amazon Simple Storage Service": (AWS, "Storage", "eu-central-1"),
    "Amazon Relational Database Service": (AWS, "Databases", "eu-central-1"),
    "AWS Lambda": (AWS, "Compute", "eu-central-1"),
    "Amazon Virtual Private Cloud": (AWS, "Networking", "eu-central-1"),
    "AWS Data Transfer": (AWS, "Networking", "eu-central-1"),
    "Amazon CloudWatch": (AWS, "Management and Governance", "eu-central-1"),
    "Amazon Athena": (AWS, "Analytics", "eu-central-1"),
    "Virtual Machines": (AZURE, "Compute", "westeurope"),
    "Storage": (AZURE, "Storage", "westeurope"),
    "Azure SQL Database": (AZURE, "Databases", "westeurope"),
    "BigQuery": (GOOGLE, "Analytics", "europe-west3"),
    "Cloud Storage": (GOOGLE, "Storage", "europe-west3"),
}
#: What was negotiated off the list price.
DISCOUNTS = {AZURE: 0.05}
TAG_KEYS = ("owner", "environment", "business_unit", "application")
#: Tags by a short name. Two are spelt differently from their like on purpose.
TAGS = {
    "shop": ("team-web", "prod", "retail", "shop"),
    "shop-dev": ("team-web", "dev", "retail", "shop"),
    "shop-Dev": ("team-web", "Dev", "retail", "shop"),
    "stock": ("team-stock", "prod", "logistics", "stock"),
    "stock-dev": ("team-stock", "dev", "logistics", "stock"),
    "stock-alias": ("stock", "dev", "logistics", "stock"),
    "data": ("team-data", "prod", "insight", "warehouse"),
    "data-dev": ("team-data", "dev", "insight", "warehouse"),
    "network": ("team-platform", "prod", "platform", "network"),
    "logs": ("team-platform", "prod", "platform", "logs"),
}
WEEKS = {"steady": STEADY, "office": OFFICE, "busy": BUSY, "nightly": NIGHTLY}


@dataclass(frozen=True)
class Resource:
    """What is charged day by day: ``units`` of it on a full day at ``price`` a unit, from the ``first`` day of the month on."""

    id: str
    account: str
    service: str
    description: str
    units: float
    unit: str
    price: float
    week: tuple[float, ...]
    tags: dict[str, str]
    first: int = 1
    last: int = DAYS


def _resource(line: str) -> Resource:
    id, account, service, description, units, unit, price, week, tags, days = (cell.strip() for cell in line.split("|"))
    first, last = map(int, days.split("-"))
    named = dict(zip(TAG_KEYS, TAGS[tags], strict=True)) if tags else {}
    return Resource(
        id, account, service, description, float(units), unit, float(price), WEEKS[week], named, first, last
    )


# The id, the account, the service, what it is, units of a full day, price of a unit, the week, the tags, the days of the month.
_TABLE = """
i-0a01       | web-prod  | Amazon Elastic Compute Cloud | m5.large running Linux | 24 | Hours | 0.115 | busy | shop | 1-31
i-0a02       | web-prod  | Amazon Elastic Compute Cloud | m5.large running Linux | 24 | Hours | 0.115 | busy | shop | 1-31
i-0a03       | web-prod  | Amazon Elastic Compute Cloud | m5.xlarge running Linux | 24 | Hours | 0.23 | busy | stock | 1-31
i-0a04       | web-prod  | Amazon Elastic Compute Cloud | r5.xlarge running Linux | 24 | Hours | 0.304 | steady | | 1-31
i-0b01       | web-dev   | Amazon Elastic Compute Cloud | m5.large running Linux | 24 | Hours | 0.115 | office | shop-dev | 1-31
i-0b02       | web-dev   | Amazon Elastic Compute Cloud | m5.xlarge running Linux | 24 | Hours | 0.23 | steady | stock-dev | 1-31
i-0b03       | web-dev   | Amazon Elastic Compute Cloud | t3.medium running Linux | 24 | Hours | 0.048 | steady | shop-Dev | 1-21
i-0b04       | web-dev   | Amazon Elastic Compute Cloud | t3.medium running Linux | 24 | Hours | 0.048 | steady | | 12-31
i-0c01       | data-prod | Amazon Elastic Compute Cloud | r5.2xlarge spot, Linux | 24 | Hours | 0.182 | nightly | data | 1-31
vol-01       | web-prod  | Amazon Elastic Block Store | gp3 volume | 500 | GB-Days | 0.0031 | steady | shop | 1-31
vol-02       | web-dev   | Amazon Elastic Block Store | gp2 volume | 800 | GB-Days | 0.0039 | steady | | 1-31
snap-01      | web-dev   | Amazon Elastic Block Store | Snapshot storage | 1500 | GB-Days | 0.0018 | steady | | 1-31
shop-images  | web-prod  | Amazon Simple Storage Service | Standard storage | 2200 | GB-Days | 0.0008 | steady | shop | 1-31
raw-events   | data-prod | Amazon Simple Storage Service | Standard storage | 9000 | GB-Days | 0.0008 | steady | data | 1-31
shop-db      | web-prod  | Amazon Relational Database Service | db.r5.large, PostgreSQL | 24 | Hours | 0.29 | steady | shop | 1-31
stock-db     | web-prod  | Amazon Relational Database Service | db.m5.large, PostgreSQL | 24 | Hours | 0.206 | steady | stock | 1-31
test-db      | web-dev   | Amazon Relational Database Service | db.m5.large, PostgreSQL | 24 | Hours | 0.206 | steady | stock-alias | 1-31
order-mail   | web-prod  | AWS Lambda | Duration of requests | 310 | Thousand seconds | 0.0167 | busy | shop | 1-31
nat-01       | shared    | Amazon Virtual Private Cloud | NAT gateway, data processed | 90 | GB | 0.052 | busy | network | 1-31
out-01       | web-prod  | AWS Data Transfer | Data out to the internet | 65 | GB | 0.09 | busy | shop | 1-31
logs-01      | shared    | Amazon CloudWatch | Logs taken in | 14 | GB | 0.63 | busy | logs | 1-31
warehouse    | data-prod | Amazon Athena | Data scanned | 1.6 | TB | 5.0 | busy | data | 1-31
vm-reports   | data-prod | Virtual Machines | D4s v5 running Linux | 24 | Hours | 0.23 | office | data | 1-31
disk-reports | data-prod | Storage | Premium disk P20 | 1 | Days | 2.36 | steady | data | 1-31
sql-reports  | data-dev  | Azure SQL Database | General purpose, 2 vCores | 24 | Hours | 0.252 | steady | data-dev | 5-31
bq-01        | data-dev  | BigQuery | Data scanned | 0.4 | TB | 6.25 | busy | data-dev | 1-31
gcs-01       | data-dev  | Cloud Storage | Standard storage | 3000 | GB-Days | 0.00067 | steady | | 1-31
"""
RESOURCES = tuple(map(_resource, _TABLE.strip().splitlines()))
#: A promise of 0.30 an hour for compute, paid each hour whether it is used or not, and what it saves of the list price.
COMMITMENT, PROMISED, SAVES = "sp-shop-1y", 0.30, 0.28
#: The servers that it covers, in this order.
COVERED = ("i-0a01", "i-0a02", "i-0a03")
#: Days whose rows of one resource came twice, and days of April that were billed late.
TWICE = ("logs-01", (9, 10, 11))
LATE = ("out-01", (date(2026, 4, 29), date(2026, 4, 30)))


def _instant(day: date) -> str:
    return f"{day}T00:00:00Z"


def _row(**cells: object) -> dict[str, object]:
    period = {"BillingPeriodStart": _instant(MONTH), "BillingPeriodEnd": _instant(date(2026, 6, 1))}
    return {"BillingAccountId": "900000000009", "BillingCurrency": "USD", **period, **cells}


def _day(day: date) -> dict[str, str]:
    return {"ChargePeriodStart": _instant(day), "ChargePeriodEnd": _instant(day + timedelta(days=1))}


def _charge(resource: Resource, day: date, units: float) -> dict[str, object]:
    """A day's use at list price, nothing of it covered by the commitment."""
    provider, category, region = SERVICES[resource.service]
    cost = units * resource.price
    contracted = cost * (1 - DISCOUNTS.get(provider, 0))
    late = day < MONTH
    period = {"BillingPeriodStart": _instant(date(2026, 4, 1)), "BillingPeriodEnd": _instant(MONTH)} if late else {}
    return _row(
        SubAccountId=ACCOUNTS[resource.account],
        SubAccountName=resource.account,
        ProviderName=provider,
        InvoiceIssuerName=provider,
        ChargeCategory="Usage",
        ChargeFrequency="Usage-Based",
        ChargeDescription=resource.description,
        ServiceName=resource.service,
        # One service stands in two categories, as happens where two exports were joined.
        ServiceCategory="Other" if resource.id == "snap-01" else category,
        RegionId=region,
        ResourceId=resource.id,
        ResourceType=category,
        PricingCategory="Dynamic" if "spot" in resource.description else "Standard",
        PricingQuantity=round(units, 4),
        PricingUnit=resource.unit,
        ListUnitPrice=resource.price,
        ListCost=round(cost, 6),
        ContractedCost=round(contracted, 6),
        BilledCost=round(contracted, 6),
        # This provider rounds what it spreads to whole cents, the others do not.
        EffectiveCost=round(contracted, 2 if provider == AWS else 6),
        Tags=json.dumps(resource.tags) if resource.tags else "",
        **_day(day),
        **period,
    )


def _use() -> Iterator[dict[str, object]]:
    """Every resource on every day that it ran, the commitment applied."""
    chance = Random(SEED)
    for number in range(DAYS):
        day = MONTH + timedelta(days=number)
        left = PROMISED * 24
        rows: list[dict[str, object]] = []
        for resource in RESOURCES:
            if not resource.first <= day.day <= resource.last:
                continue
            share = resource.week[day.weekday()] * (0.97 + 0.06 * chance.random())
            # Somebody forgot a query without a filter.
            share *= 4.5 if resource.id == "warehouse" and day.day == 19 else 1
            units = min(resource.units * share, 24) if resource.unit == "Hours" else resource.units * share
            if not units:
                continue
            row = _charge(resource, day, units)
            if resource.id in COVERED:
                covered = min(left, units * resource.price * (1 - SAVES))
                left -= covered
                part = covered / (units * resource.price * (1 - SAVES))
                rows += _covered(row, part, covered)
            else:
                rows.append(row)
        yield from rows
        if left > 0.005:
            yield _unused(day, left)


def _covered(row: dict[str, object], part: float, covered: float) -> Iterator[dict[str, object]]:
    """A row of use in two: what the commitment covers, billed nothing, and the rest."""
    scaled = ("PricingQuantity", "ListCost", "ContractedCost", "BilledCost", "EffectiveCost")
    if part > 0.0005:
        yield row | {
            **{name: round(float(str(row[name])) * part, 6) for name in scaled},
            "PricingCategory": "Committed",
            "BilledCost": 0,
            "EffectiveCost": round(covered, 2),
            "CommitmentDiscountId": COMMITMENT,
            "CommitmentDiscountStatus": "Used",
            "CommitmentDiscountType": "Savings Plan",
        }
    if part < 0.9995:
        rest = {name: round(float(str(row[name])) * (1 - part), 6) for name in scaled}
        yield row | rest | {"EffectiveCost": round(rest["EffectiveCost"], 2)}


def _commitment(day: date, **cells: object) -> dict[str, object]:
    return _row(
        SubAccountId=ACCOUNTS["shared"],
        SubAccountName="shared",
        ProviderName=AWS,
        InvoiceIssuerName=AWS,
        ServiceName=_EC2,
        ServiceCategory="Compute",
        ResourceId=COMMITMENT,
        CommitmentDiscountId=COMMITMENT,
        CommitmentDiscountType="Savings Plan",
        PricingCategory="Committed",
        **_day(day),
        **cells,
    )


def _unused(day: date, left: float) -> dict[str, object]:
    """What of the promise nothing used on this day."""
    return _commitment(
        day,
        ChargeCategory="Usage",
        ChargeFrequency="Usage-Based",
        ChargeDescription="Savings plan, unused",
        CommitmentDiscountStatus="Unused",
        ListCost=0,
        ContractedCost=0,
        BilledCost=0,
        EffectiveCost=round(left, 2),
    )


def _purchases() -> Iterator[dict[str, object]]:
    """The promise as it is billed, a row a day: the bill's side of what the rows of use spread."""
    for number in range(DAYS):
        yield _commitment(
            MONTH + timedelta(days=number),
            ChargeCategory="Purchase",
            ChargeFrequency="Recurring",
            ChargeDescription="Savings plan, 0.30 an hour for one year",
            PricingQuantity=24,
            PricingUnit="Hours",
            ListUnitPrice=PROMISED,
            ListCost=round(PROMISED * 24, 6),
            ContractedCost=round(PROMISED * 24, 6),
            BilledCost=round(PROMISED * 24, 6),
            EffectiveCost=0,
        )


def _other() -> Iterator[dict[str, object]]:
    """What belongs to no resource: tax, support, credits, a correction of the month before."""
    last = MONTH + timedelta(days=DAYS - 1)

    def charge(
        provider: str, category: str, service: str, text: str, cost: float, **cells: object
    ) -> dict[str, object]:
        return _row(
            SubAccountId=ACCOUNTS["shared"],
            SubAccountName="shared",
            ProviderName=provider,
            InvoiceIssuerName=provider,
            ChargeCategory=category,
            ChargeFrequency="One-Time",
            ChargeDescription=text,
            ServiceName=service,
            ServiceCategory="Other",
            ListCost=cost,
            ContractedCost=cost,
            BilledCost=cost,
            EffectiveCost=cost,
            **_day(last),
            **cells,
        )

    yield charge(AWS, "Purchase", "AWS Support", "Support, business plan", 100.0)
    yield charge(AWS, "Tax", "Tax", "VAT on support", 19.0)
    yield charge(AZURE, "Tax", "Tax", "VAT", 41.3)
    yield charge(AWS, "Credit", _EC2, "Credit for an outage in April", -64.5)
    yield charge(AWS, "Credit", "Amazon Athena", "Credit of a trial", -25.0)
    yield charge(GOOGLE, "Credit", "BigQuery", "Free use of a month", -6.25)
    yield charge(AZURE, "Adjustment", "Virtual Machines", "Price of April corrected", -11.2, ChargeClass="Correction")


def bill() -> list[dict[str, object]]:
    """The bill of May 2026, in the order of its days."""
    rows = [*_use(), *_purchases(), *_other()]
    by_id = {resource.id: resource for resource in RESOURCES}
    name, numbers = TWICE
    rows += [
        row
        for row in rows
        if row.get("ResourceId") == name
        and row["ChargePeriodStart"] in {_instant(MONTH + timedelta(days=number)) for number in numbers}
    ]
    name, days = LATE
    rows += [_charge(by_id[name], day, by_id[name].units) for day in days]
    return sorted(rows, key=lambda row: (str(row["ChargePeriodStart"]), str(row.get("ResourceId", "~"))))


#: Promises of a year or longer, by id: what is covered, dollars an hour, and the share of an hour that use takes of it.
PROMISES = {
    "sp-shop-1y": ("Savings Plan", "Amazon Elastic Compute Cloud", 0.30, (1.0, 0.78)),
    "ri-stock-db": ("Reserved Instance", "Amazon Relational Database Service", 0.14, (1.0, 1.0)),
    "ri-old-cache": ("Reserved Instance", "Amazon ElastiCache", 0.09, (0.55, 0.20)),
}
#: Terms of two contracts: of what kind, what was promised in dollars, by when. Not every term is a discount.
TERMS = (
    ("ct-2026", "ct-2026-spend", "Minimum spend", 36_000.00, "2026-01-01", "2027-01-01"),
    ("ct-2026", "sp-shop-1y", "Savings plan", 2_628.00, "2026-02-01", "2027-02-01"),
    ("ct-2026", "ct-2026-storage", "Storage at a fixed rate", 2_400.00, "2026-01-01", "2027-01-01"),
    ("ct-db", "ri-stock-db", "Reserved database", 1_226.40, "2026-03-01", "2027-03-01"),
    ("ct-db", "ri-old-cache", "Reserved cache", 788.40, "2025-08-01", "2026-08-01"),
)


def commitments() -> Iterator[dict[str, object]]:
    """May 2026 of the promises: what was bought, used and not used on each day, and which terms it counts towards."""
    for number in range(DAYS):
        day = MONTH + timedelta(days=number)
        for name, (kind, service, hourly, shares) in PROMISES.items():
            promised = round(hourly * 24, 2)
            used = round(promised * shares[day.weekday() >= 5], 2)
            shared = {
                **_day(day),
                "ServiceName": service,
                "CommitmentDiscountId": name,
                "CommitmentDiscountType": kind,
            }
            yield shared | {"ChargeCategory": "Purchase", "BilledCost": promised, "EffectiveCost": 0}
            for status, cost in (("Used", used), ("Unused", round(promised - used, 2))):
                if cost:
                    terms = {name: cost} | ({"ct-2026-spend": cost} if name == "sp-shop-1y" else {})
                    yield shared | {
                        "ChargeCategory": "Usage",
                        "CommitmentDiscountStatus": status,
                        "BilledCost": 0,
                        "EffectiveCost": cost,
                        "ContractApplied": _applied(terms),
                    }
        # Plain use counts towards the minimum spend, and storage towards its rate as well.
        yield _day(day) | _plain("Amazon Elastic Compute Cloud", 61.5, {"ct-2026-spend": 61.5})
        yield _day(day) | _plain("Amazon Simple Storage Service", 8.4, {"ct-2026-spend": 8.4, "ct-2026-storage": 8.4})


def _plain(service: str, cost: float, terms: dict[str, float]) -> dict[str, object]:
    return {
        "ServiceName": service,
        "ChargeCategory": "Usage",
        "BilledCost": cost,
        "EffectiveCost": cost,
        "ContractApplied": _applied(terms),
    }


def _applied(terms: dict[str, float]) -> str:
    """The column of FOCUS 1.3 that says which terms of which contracts a charge counts towards."""
    elements = [{"ContractCommitmentId": id, "ContractCommitmentAppliedCost": cost} for id, cost in terms.items()]
    return json.dumps({"Elements": elements})


def commitment_day() -> Iterator[dict[str, object]]:
    """One day of one promise of a dollar an hour, hour by hour: small enough to explain every number in it."""
    yield _hour(0, "Purchase", "", 24.00, 0) | {"ChargePeriodEnd": "2026-05-02T00:00:00Z"}
    for hour in range(24):
        used = (0.25, 0.50, 0.75, 1.00)[0 if hour < 6 else 3 if 9 <= hour < 18 else 2 if hour < 21 else 1]
        yield _hour(hour, "Usage", "Used", 0, used)
        if used < 1:
            yield _hour(hour, "Usage", "Unused", 0, 1 - used)


def _hour(hour: int, category: str, status: str, billed: float, effective: float) -> dict[str, object]:
    return {
        "ChargePeriodStart": f"2026-05-01T{hour:02}:00:00Z",
        "ChargePeriodEnd": f"2026-05-0{2 if hour == 23 else 1}T{(hour + 1) % 24:02}:00:00Z",
        "ChargeCategory": category,
        "CommitmentDiscountId": "sp-one-dollar",
        "CommitmentDiscountStatus": status,
        "BilledCost": billed,
        "EffectiveCost": effective,
    }


def _write(path: Path, columns: tuple[str, ...], rows: Iterable[dict[str, object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _with_nulls(row: dict[str, object]) -> dict[str, object]:
    """One provider writes the word NULL where the others leave the cell empty."""
    empty = "NULL" if row["ProviderName"] == AWS else ""
    return {name: empty if row.get(name, "") == "" else row[name] for name in COLUMNS}


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent / "plans" / "samples"
    folder.mkdir(parents=True, exist_ok=True)
    period = ("ChargePeriodStart", "ChargePeriodEnd")
    discount = ("CommitmentDiscountId", "CommitmentDiscountType", "CommitmentDiscountStatus")
    costs = ("BilledCost", "EffectiveCost")
    _write(folder / "bill.csv", COLUMNS, map(_with_nulls, bill()))
    _write(
        folder / "commitments.csv",
        (*period, "ServiceName", "ChargeCategory", *discount, *costs, "ContractApplied"),
        commitments(),
    )
    _write(
        folder / "terms.csv",
        ("ContractId", "ContractCommitmentId", "Description", "ContractCommitmentCost", "PeriodStart", "PeriodEnd"),
        (
            dict(
                zip(
                    (
                        "ContractId",
                        "ContractCommitmentId",
                        "Description",
                        "ContractCommitmentCost",
                        "PeriodStart",
                        "PeriodEnd",
                    ),
                    term,
                    strict=True,
                )
            )
            for term in TERMS
        ),
    )
    _write(
        folder / "commitment_day.csv",
        (*period, "ChargeCategory", discount[0], discount[2], *costs),
        commitment_day(),
    )


if __name__ == "__main__":
    main()
