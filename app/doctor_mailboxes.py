"""The doctor's look at mailboxes: each is logged into, its folders opened, its owner found, its Sent folder named."""

from __future__ import annotations

from app.findings import Check, Finding, State
from app.settings import Settings
from app.settings.mailboxes import MailboxSettings

_OWNER_FAULTS = {0: "no colleague is called {}", 2: "several colleagues are called {}"}


def mailbox_checks(settings: Settings) -> list[Check]:
    """One check for each mailbox, so that one that hangs hides no other."""
    further = settings.mailbox_list[settings.imap_url is not None :]
    return [check_imap, *(_check_of(mailbox, first=False) for mailbox in further)]


async def check_imap(settings: Settings) -> Finding:
    """The mailbox of TOUCHLINE_IMAP_URL."""
    if settings.imap_url is None:
        said = (
            "customers' answers are read from further mailboxes only"
            if settings.mailboxes
            else "customers' answers are not read"
        )
        return Finding("email in", State.OFF, said, "" if settings.mailboxes else "set TOUCHLINE_IMAP_URL")
    return await _check_of(settings.mailbox_list[0], first=True)(settings)


def _check_of(mailbox: MailboxSettings, *, first: bool) -> Check:
    name = "email in" if first else f"email in: {mailbox.title}"
    where = "TOUCHLINE_IMAP_URL" if first else "the file TOUCHLINE_MAILBOXES names"

    async def check(settings: Settings) -> Finding:
        from channels.email.mailbox import MailboxError, MailboxRefused

        if fault := await _owner_fault(mailbox, settings):
            return Finding(
                name,
                State.FAILED,
                fault,
                f"give the right name or number in {where}; `touchline staff list` shows both",
            )
        try:
            noticed, opened, copied = await _look(mailbox)
        except MailboxRefused as error:
            return Finding(name, State.FAILED, str(error), f"check user, password and folders in {where}")
        except MailboxError as error:
            return Finding(name, State.FAILED, str(error), f"check host and port in {where}")
        read = f"logged in; reads {', '.join(opened)}"
        kept = f"; copies of what is sent go to {copied}" if copied else ""
        if noticed != "IDLE":
            return Finding(name, State.WARNING, f"{read}; the server has no IDLE: new mail is seen by polling{kept}")
        return Finding(name, State.OK, f"{read}; new mail is noticed at once (IDLE){kept}")

    check.__name__ = name
    return check


async def _look(mailbox: MailboxSettings) -> tuple[str, list[str], str]:
    """How new mail is noticed, the folders that are read, and the one that gets copies. Raises MailboxError."""
    from channels.email.imap import SENT, MailboxReader

    url = mailbox.url.get_secret_value()
    noticed, opened, copied = "", list[str](), ""
    sent = {"": (), "auto": (SENT,)}.get(mailbox.sent_folder, (mailbox.sent_folder,))
    for folder in (*mailbox.folders, *sent):
        reader = MailboxReader(url, folder)
        try:
            noticed = await reader.check()
        finally:
            await reader.close()
        if folder in sent and folder not in mailbox.folders:
            copied = reader.folder
        else:
            opened.append(reader.folder)
    return noticed, opened, copied


async def _owner_fault(mailbox: MailboxSettings, settings: Settings) -> str:
    path = settings.sqlite_file
    if mailbox.staff is None or (path is not None and not path.exists()):
        return ""
    from sqlalchemy.exc import SQLAlchemyError

    from crm.mailboxes import owner_of
    from storage.database import Database

    database = Database(settings.database)
    try:
        async with database.read() as session:
            _, owners = await owner_of(session, mailbox.staff)
            return _OWNER_FAULTS.get(owners, "").format(mailbox.staff)
    except (SQLAlchemyError, OSError):
        return ""  # the database has a finding of its own
    finally:
        await database.close()
