"""What the demo's tickets are about, and their subject lines."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Topic:
    """A kind of request. effort: multiplies the working time; thing: what the customer calls it."""

    name: str
    team: str
    weight: float
    effort: float
    thing: str
    subjects: tuple[str, ...]


TOPICS = (
    Topic("Password and access", "service-desk", 12, 0.22, "my password", (
        "Locked out of my account", "Password reset does not arrive", "Second factor lost with old phone",
        "Account locked again after holiday", "Cannot sign in on new laptop", "Please unlock {name}",
    )),
    Topic("Printing", "service-desk", 5, 0.8, "the printer problem", (
        "Label printer prints blank pages", "Printer on floor {n} is offline again",
        "Scanner sends empty PDFs", "Print queue stuck since this morning", "New toner, still streaks",
    )),
    Topic("Laptops and phones", "service-desk", 7, 1.1, "my laptop", (
        "Laptop very slow since update", "Docking station loses both screens",
        "Battery lasts twenty minutes", "Headset not recognised in calls", "Blue screen twice today",
        "Phone does not ring, goes to voicemail",
    )),
    Topic("Starters and leavers", "service-desk", 6, 1.2, "our new starter", (
        "New starter on Monday: {name}", "Leaver: please close account of {name}",
        "Starter has no badge or login", "{n} seasonal workers from next week",
        "Change of department for {name}",
    )),
    Topic("Software request", "service-desk", 5, 1.0, "the software we ordered", (
        "Please install the drawing package", "Licence expired on {n} computers",
        "PDF editor for the legal team", "Approval for a design licence",
    )),
    Topic("Mailbox", "messaging", 6, 0.9, "my mailbox", (
        "Mailbox full, cannot send", "Shared mailbox missing for {name}", "Mails arrive hours late",
        "Search in mailbox finds nothing", "Out-of-office does not switch off",
    )),
    Topic("Calendars and meetings", "messaging", 4, 0.8, "the shared calendar", (
        "Room booking shows double entries", "Cannot see the team calendar", "Meeting invites go to junk",
        "No sound in video calls", "Delegate rights for {name}",
    )),
    Topic("Spam and phishing", "messaging", 4, 0.6, "that phishing mail", (
        "Suspicious mail from 'the bank'", "Invoice mails end up in quarantine",
        "Clicked on a link, please check", "Spam wave since {n} o'clock",
    )),
    Topic("Remote access", "network", 7, 1.0, "the VPN", (
        "VPN drops every {n} minutes", "VPN does not connect from home", "Remote desktop is frozen",
        "No access from hotel Wi-Fi", "VPN certificate expired",
    )),
    Topic("Wi-Fi and network", "network", 6, 1.2, "the Wi-Fi", (
        "Wi-Fi unusable in meeting room {n}", "Warehouse scanners lose connection",
        "Network socket dead at desk {n}", "Guest Wi-Fi voucher does not work", "Site is offline",
    )),
    Topic("Files and backup", "network", 6, 1.0, "the shared drive", (
        "Please restore a folder from last week", "Shared drive very slow",
        "File locked by a colleague on leave", "No permission on project folder",
        "Backup report shows errors",
    )),
    Topic("Servers and cloud", "network", 4, 1.5, "the server", (
        "Web shop is down", "Server runs out of disk space", "Test machine does not start",
        "Certificate about to expire", "Database backup failed overnight",
    )),
    Topic("ERP", "applications", 7, 1.4, "the ERP", (
        "ERP: invoice run stops at {n} per cent", "ERP: stock figures are wrong since Friday",
        "ERP: cannot post goods receipt", "ERP: month-end report is empty", "ERP is slow for everybody",
    )),
    Topic("CRM", "applications", 4, 1.1, "the CRM", (
        "CRM: duplicates after import", "CRM: cannot merge customers", "CRM: reminders not sent",
        "CRM: access for {name}",
    )),
    Topic("Reports", "applications", 4, 1.2, "the sales report", (
        "Sales report shows last month", "Dashboard times out", "Export cuts off after {n}00 rows",
        "Figures differ from finance",
    )),
    Topic("Interfaces", "applications", 3, 1.7, "the interface", (
        "Orders from web shop do not arrive", "Payroll file rejected by the bank",
        "Interface sends everything twice", "Carrier labels without address",
    )),
)  # fmt: skip
MIGRATION = Topic("Exchange migration", "messaging", 0, 1.1, "the Exchange migration", (
    "Mailbox not moved after migration", "After migration: calendar empty",
    "After migration: phone asks for password", "After migration: shared mailbox gone",
    "After migration: rules lost", "Cannot send since the migration",
    "After migration: delegates removed for {name}", "Old mails missing since weekend",
))  # fmt: skip


def subject(rng: Random, topic: Topic) -> str:
    """The subject line of a ticket about `topic`."""
    text = rng.choice(topic.subjects)
    return text.format(name=rng.choice(("A. Novak", "J. Byrne", "S. Iqbal", "M. Webb")), n=rng.randint(2, 9))
