"""The cast of the demo: an invented service provider's teams and agents, its accounts and their people.

Every name is invented; addresses end in .example, which nobody can own. Pure: the same seed, date and
size give the same cast.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from connectors.demo_case import Case

TEAMS = (
    ("service-desk", "Service Desk", 14),
    ("messaging", "Mail & Messaging", 7),
    ("network", "Network & Cloud", 10),
    ("applications", "Business Applications", 9),
)
DECIDER_ROLE, USER_ROLE = "Decision maker", "End user"
DECIDER_SHARE = 0.15
UNKNOWN_SHARE = 0.04
POUNDS_PER_EMPLOYEE = (620, 1180)

GREEN_BUT_UNHAPPY = frozenset(
    {"Quill & Sons", "Alder Dental", "Northline", "Fenwick Textiles", "Castle Row Legal", "Brightwater Care"}
)
"""Accounts that get what the SLA promises and are unhappy all the same."""

MIGRATING = "Meridian Foods"
"""The account whose Exchange migration makes the bad month."""

ACCOUNTS = (
    "Harbour Logistics", "Quill & Sons", "Meridian Foods", "Alder Dental", "Northline", "Fenwick Textiles",
    "Castle Row Legal", "Brightwater Care", "Pennine Rail Parts", "Oakhurst School", "Tideway Shipping",
    "Larkfield Housing", "Greyfriars Bank", "Copper & Clay", "Ashdown Timber", "Belvoir Estates",
    "Summit Outdoor", "Juniper Clinics", "Redbrick Media", "Lowther Engineering", "Hollins Bakery",
    "Kestrel Aviation", "Marlow Insurance", "Orchard Press", "Penrose Foundation", "Dovecote Hotels",
    "Stanley & Marsh", "Thornbury Foods", "Vale Water", "Whitestone Quarries", "Amber Street Studios",
    "Birchwood College", "Carrick Marine", "Dunmore Distillery", "Eastgate Motors", "Foxglove Pharma",
    "Granite Peak Energy", "Hadley Pumps", "Ivybridge Council", "Jarrow Steelworks", "Kingsmere Golf",
    "Lindisfarne Books", "Mosswood Nurseries", "Newland Freight", "Osprey Security", "Pelham Opticians",
    "Quayside Markets", "Rosewell Farms", "Saffron Kitchens", "Tamar Valley Rail", "Underhill Labs",
    "Vantage Surveyors", "Westmoor Glass", "Yarrow Charity Trust", "Zephyr Cycles", "Beacon Hospice",
    "Cobalt Robotics", "Driftwood Travel", "Elmtree Vets", "Falcon Packaging",
)  # fmt: skip
FIRST_NAMES = (
    "Aisha", "Alan", "Amelia", "Andrzej", "Anna", "Arjun", "Beatriz", "Ben", "Bridget", "Callum", "Carla",
    "Chidi", "Chloe", "Colin", "Daniela", "David", "Deepa", "Dylan", "Ed", "Elena", "Ellie", "Emeka",
    "Emma", "Farah", "Fiona", "Francesca", "Gareth", "George", "Grace", "Hannah", "Harriet", "Hassan",
    "Helen", "Ian", "Imogen", "Isabel", "Jack", "James", "Jasmin", "Jo", "Jürgen", "Karen", "Kenji",
    "Kirsty", "Laura", "Leila", "Liam", "Lucy", "Marek", "Maria", "Martin", "Megan", "Mohammed", "Nadia",
    "Neil", "Niamh", "Nina", "Oliver", "Olga", "Owen", "Patrick", "Paula", "Priya", "Rachel", "Rahul",
    "Rebecca", "Rhys", "Rosa", "Ruth", "Sam", "Sanjay", "Sarah", "Seán", "Shreya", "Simon", "Sofia",
    "Stephen", "Tanya", "Theo", "Tom", "Uma", "Victoria", "Wei", "William", "Yasmin", "Zoë",
)  # fmt: skip
LAST_NAMES = (
    "Abbott", "Adeyemi", "Ahmed", "Allen", "Barnes", "Begum", "Bell", "Bennett", "Brennan", "Brooks",
    "Byrne", "Carter", "Chowdhury", "Clarke", "Cooper", "Costa", "Cox", "Davies", "Dunne", "Edwards",
    "Ellis", "Evans", "Fletcher", "Foster", "Gallagher", "Gill", "Graham", "Green", "Griffiths", "Hall",
    "Harris", "Hayes", "Hill", "Hughes", "Hussain", "Iqbal", "Jackson", "Jenkins", "Jones", "Kaur",
    "Kelly", "Khan", "King", "Kowalska", "Lewis", "Lim", "Lloyd", "Marsh", "Mason", "Mehta", "Mitchell",
    "Moore", "Morgan", "Murphy", "Nguyen", "Novak", "O’Brien", "Okafor", "Owens", "Palmer", "Parker",
    "Patel", "Pearce", "Price", "Quinn", "Reid", "Rossi", "Russell", "Santos", "Shah", "Shaw", "Singh",
    "Stone", "Tanaka", "Taylor", "Thomas", "Turner", "Walsh", "Ward", "Watson", "Webb", "White",
    "Williams", "Wood", "Wright", "Young",
)  # fmt: skip
DECIDER_TITLES = (
    "IT Director", "Chief Financial Officer", "Head of Operations", "Managing Director", "Head of IT",
    "Chief Information Officer", "Finance Director", "Head of Procurement", "Operations Director", "COO",
)  # fmt: skip
USER_TITLES = (
    "Accounts Assistant", "Office Manager", "Project Coordinator", "Sales Executive", "Buyer", "Team Leader",
    "Warehouse Supervisor", "Receptionist", "Payroll Officer", "Marketing Executive", "Site Engineer",
    "HR Adviser", "Customer Service Agent", "Analyst", "Production Planner", "Legal Secretary", "Nurse",
)  # fmt: skip


@dataclass(slots=True, eq=False)
class Firm:
    """An account. mood: points on the 0–10 scale; pain: how bad its tickets were, a moving average."""

    id: str
    name: str
    employees: int
    yearly_value: int
    renewal_on: date
    mood: float
    pain: float = 0.0

    @property
    def is_green_but_unhappy(self) -> bool:
        return self.name in GREEN_BUT_UNHAPPY


@dataclass(slots=True, eq=False)
class Person:
    """A contact. temper: points on the 0–10 scale; pain: what their tickets put them through, fading."""

    id: str
    name: str
    email: str
    title: str | None
    role: str | None
    firm: Firm
    temper: float
    pain: float = 0.0
    pain_at: int = 0
    waiting: list[Case] = field(default_factory=list)
    last: Case | None = None
    token: int = 0

    @property
    def is_decider(self) -> bool:
        return self.role == DECIDER_ROLE


@dataclass(slots=True, eq=False)
class Helper:
    """An agent. Away from `away_from` to `away_to`, in seconds since 1970."""

    id: str
    name: str
    away_from: int = 0
    away_to: int = 0


@dataclass(slots=True, eq=False)
class Crew:
    """A team. load: tickets that wait for it at this moment."""

    id: str
    name: str
    helpers: list[Helper]
    present: list[Helper] = field(default_factory=list)
    load: int = 0


@dataclass(frozen=True, slots=True)
class Cast:
    crews: tuple[Crew, ...]
    firms: tuple[Firm, ...]
    people: tuple[Person, ...]


def cast(rng: Random, today: date, person_count: int) -> Cast:
    """Teams, agents, accounts and about so many contacts, at least two at each account."""
    firms = tuple(_firm(rng, number, name, today) for number, name in enumerate(ACCOUNTS, start=1))
    staff = sum(firm.employees for firm in firms)
    people: list[Person] = []
    for firm in firms:
        count = max(2, round(person_count * firm.employees / staff))
        people += [_person(rng, firm, len(people) + 1 + i, is_first=i == 0) for i in range(count)]
    return Cast(_crews(rng), firms, tuple(people))


def _firm(rng: Random, number: int, name: str, today: date) -> Firm:
    employees = 1400 if name == MIGRATING else round(min(1300.0, rng.lognormvariate(5.6, 0.75))) + 12
    mood = rng.gauss(0.0, 0.25) - (2.6 if name in GREEN_BUT_UNHAPPY else 0.0)
    return Firm(
        id=f"ACC-{number:03d}",
        name=name,
        employees=employees,
        yearly_value=round(employees * rng.randint(*POUNDS_PER_EMPLOYEE), -2),
        renewal_on=today + timedelta(days=rng.randint(12, 540)),
        mood=mood,
    )


def _person(rng: Random, firm: Firm, number: int, *, is_first: bool) -> Person:
    first, last = rng.choice(FIRST_NAMES), rng.choice(LAST_NAMES)
    draw = rng.random()
    is_decider = is_first or draw < DECIDER_SHARE - 0.03  # the first of each account makes up the rest
    is_unknown = not is_decider and draw > 1 - UNKNOWN_SHARE
    title = rng.choice(DECIDER_TITLES if is_decider else USER_TITLES)
    domain = re.sub(r"[^a-z]+", "-", firm.name.lower())
    return Person(
        id=f"C-{number:05d}",
        name=f"{first} {last}",
        email=f"{_ascii(first)}.{_ascii(last)}.{number}@{domain}.example",
        title=None if is_unknown else title,
        role=None if is_unknown else DECIDER_ROLE if is_decider else USER_ROLE,
        firm=firm,
        temper=rng.gauss(0.0, 0.75),
    )


def _crews(rng: Random) -> tuple[Crew, ...]:
    names = rng.sample(FIRST_NAMES, sum(size for _, _, size in TEAMS))
    helpers = [Helper(f"AG-{n:02d}", f"{name} {rng.choice(LAST_NAMES)}") for n, name in enumerate(names, 1)]
    crews = []
    for key, name, size in TEAMS:
        crews.append(Crew(key, name, helpers[:size]))
        helpers = helpers[size:]
    return tuple(crews)


def _ascii(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.lower()) or "x"
