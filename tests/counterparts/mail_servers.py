"""Real Postfix and Dovecot on free loopback ports, started for one test run and stopped by pid."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

VMAIL = 5000  # a bare number is enough: no account is made for it
LISTENING = ("smtp", "submission", "smtps", "imap", "imaps", "hard", "soft", "sink")
PORTS = (*LISTENING, "tokens")  # the last is for whoever hands tokens out, in the test that needs it


def missing() -> str:
    """Why the servers cannot run here; empty when they can."""
    if os.geteuid() != 0:
        return "Postfix needs root"
    tools = ("postfix", "dovecot", "smtp-sink", "openssl")
    lacking = [tool for tool in tools if shutil.which(tool, path=f"{os.environ.get('PATH', '')}:/usr/sbin") is None]
    return f"not installed: {', '.join(lacking)}" if lacking else ""


@dataclass
class MailServers:
    """Where everything listens. crm@shop.test and ann@client.test have mailboxes; busy@, full@, spam@ are refused."""

    directory: Path
    ports: dict[str, int]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def ca(self) -> Path:
        return self.directory / "tls" / "ca.pem"

    def submission(self, *, password: str = "crmpass") -> str:
        return (
            f"smtp://crm%40shop.test:{password}@localhost:{self.ports['submission']}?starttls=always&cafile={self.ca}"
        )

    def smtps(self) -> str:
        return f"smtps://crm%40shop.test:crmpass@localhost:{self.ports['smtps']}?cafile={self.ca}"

    def smtp(self) -> str:
        return f"smtp://127.0.0.1:{self.ports['smtp']}?starttls=never"

    def imap(self, user: str = "crm@shop.test", password: str = "crmpass", options: str = "") -> str:
        name = user.replace("@", "%40")
        return f"imap://{name}:{password}@localhost:{self.ports['imap']}?cafile={self.ca}{options}"

    def imaps(self, user: str = "crm@shop.test", password: str = "crmpass") -> str:
        return f"imaps://{user.replace('@', '%40')}:{password}@localhost:{self.ports['imaps']}?cafile={self.ca}"

    def maildir(self, user: str) -> Path:
        name, _, domain = user.partition("@")
        return self.directory / "mail" / domain / name


@contextlib.contextmanager
def running() -> Iterator[MailServers]:
    """Everything up, and everything down again on leaving."""
    directory = Path(tempfile.mkdtemp(prefix="mail-", dir="/tmp"))
    directory.chmod(0o755)
    servers = MailServers(directory, _free_ports())
    try:
        _write(servers)
        _start(servers)
        yield servers
    finally:
        _stop(servers)
        shutil.rmtree(directory, ignore_errors=True)


@contextlib.contextmanager
def sink(*flags: str) -> Iterator[int]:
    """One smtp-sink with its faults; see smtp-sink(1) for the flags."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        port = holder.getsockname()[1]
    command = ["smtp-sink", "-u", "postfix", *flags, f"127.0.0.1:{port}", "10"]
    environment = {**os.environ, "PATH": f"{os.environ.get('PATH', '')}:/usr/sbin"}
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    )
    try:
        deadline = time.monotonic() + 10
        while not _listens(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"smtp-sink {' '.join(flags)} does not listen")
            time.sleep(0.02)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=10)


def _free_ports() -> dict[str, int]:
    with contextlib.ExitStack() as stack:
        ports: dict[str, int] = {}
        for name in PORTS:
            holder = stack.enter_context(socket.socket())
            holder.bind(("127.0.0.1", 0))
            ports[name] = holder.getsockname()[1]
        return ports


def _write(servers: MailServers) -> None:
    root = servers.directory
    for name in ("pf", "spool/private", "data", "mail", "dc", "tls", "log", "sink"):
        (root / name).mkdir(parents=True)
    postfix = pwd.getpwnam("postfix")
    for name in ("data", "spool/private", "sink"):
        os.chown(root / name, postfix.pw_uid, 0 if name == "spool/private" else postfix.pw_gid)
    (root / "spool/private").chmod(0o700)
    os.chown(root / "mail", VMAIL, VMAIL)
    _certificates(root / "tls")
    values = {"D": str(root), "VMAIL": str(VMAIL), **{f"PORT_{k.upper()}": str(v) for k, v in servers.ports.items()}}
    (root / "dc/users").write_text("crm@shop.test:{PLAIN}crmpass::::\nann@client.test:{PLAIN}annpass::::\n")
    for target, template in (
        ("dc/dovecot.conf", _DOVECOT),
        ("dc/tokens.conf", _TOKENS),
        ("pf/main.cf", _MAIN),
        ("pf/master.cf", _MASTER),
    ):
        text = template
        for name in sorted(values, key=len, reverse=True):
            text = text.replace(f"${name}", values[name])
        (root / target).write_text(text)


def _certificates(directory: Path) -> None:
    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=directory, check=True, capture_output=True)

    key = ("-newkey", "rsa:2048", "-nodes")
    openssl("req", "-x509", *key, "-days", "2", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test CA")
    openssl("req", *key, "-keyout", "srv.key", "-out", "srv.csr", "-subj", "/CN=localhost")
    (directory / "names").write_text("subjectAltName=DNS:localhost,DNS:mail.shop.test,IP:127.0.0.1")
    signing = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2")
    openssl("x509", "-req", "-in", "srv.csr", *signing, "-out", "srv.pem", "-extfile", "names")


def _start(servers: MailServers) -> None:
    root, ports = servers.directory, servers.ports
    sink = ("smtp-sink", "-u", "postfix")
    unknown = "550 5.1.1 <nobody@remote.test>: Recipient address rejected: User unknown"
    soft = "451 4.7.1 Greylisted, try again later"
    commands = {
        "dovecot": ("dovecot", "-F", "-c", str(root / "dc/dovecot.conf")),
        "postfix": ("postfix", "-c", str(root / "pf"), "start-fg"),
        "hard": (*sink, "-h", "mx.remote.test", "-f", "RCPT", "-B", unknown, f"127.0.0.1:{ports['hard']}", "100"),
        "soft": (*sink, "-h", "mx.soft.test", "-r", "RCPT", "-b", soft, f"127.0.0.1:{ports['soft']}", "100"),
        "sink": (*sink, "-h", "mx.sink.test", "-R", str(root / "sink"), "-d", "m.%s.", f"127.0.0.1:{ports['sink']}", "100"),
    }  # fmt: skip
    environment = {**os.environ, "PATH": f"{os.environ.get('PATH', '')}:/usr/sbin"}
    for name, command in commands.items():
        # Files, not pipes: the daemons keep their output open, and a pipe would hang for ever.
        with (root / "log" / f"{name}.out").open("wb") as log:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, start_new_session=True
            )
        servers.processes.append(process)
    deadline = time.monotonic() + 30
    for name in LISTENING:
        port = ports[name]
        while not _listens(port):
            if time.monotonic() > deadline or any(process.poll() is not None for process in servers.processes):
                logs = "\n".join(f"{path.name}: {path.read_text()[-800:]}" for path in sorted((root / "log").iterdir()))
                raise RuntimeError(f"{name} does not listen on {port}\n{logs}")
            time.sleep(0.05)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _stop(servers: MailServers) -> None:
    for process in servers.processes:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
    for process in servers.processes:
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


_DOVECOT = """
base_dir = $D/dc/run
state_dir = $D/dc/state
log_path = $D/log/dovecot.log
listen = 127.0.0.1
protocols = imap
instance_name = touchline-test
ssl = yes
ssl_cert = <$D/tls/srv.pem
ssl_key = <$D/tls/srv.key
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2
mail_location = maildir:$D/mail/%d/%n
mail_uid = $VMAIL
mail_gid = $VMAIL
first_valid_uid = 100
passdb {
  driver = passwd-file
  args = $D/dc/users
  mechanisms = plain login
}
passdb {
  driver = oauth2
  mechanisms = xoauth2
  args = $D/dc/tokens.conf
}
userdb {
  driver = static
  args = uid=$VMAIL gid=$VMAIL home=$D/mail/%d/%n
}
namespace inbox {
  inbox = yes
  mailbox "Отправленные & co" {
    special_use = \\Sent
    auto = create
  }
}
service imap-login {
  inet_listener imap {
    port = $PORT_IMAP
  }
  inet_listener imaps {
    port = $PORT_IMAPS
    ssl = yes
  }
  process_min_avail = 1
}
service auth {
  unix_listener $D/spool/private/auth {
    mode = 0660
    user = postfix
    group = postfix
  }
}
protocol imap {
  imap_idle_notify_interval = 2 secs
  mail_max_userip_connections = 50
}
"""

# Dovecot asks whoever handed a token out whether it holds, and for whom.
_TOKENS = """
introspection_mode = post
introspection_url = http://127.0.0.1:$PORT_TOKENS/introspect
active_attribute = active
active_value = true
username_attribute = username
"""

_MAIN = """
compatibility_level = 3.6
queue_directory = $D/spool
data_directory = $D/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.shop.test
mydestination = localhost
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
maillog_file = $D/log/postfix.log
maillog_file_prefixes = $D
smtp_dns_support_level = disabled
smtpd_peername_lookup = no
alias_maps =
local_recipient_maps =
virtual_mailbox_domains = shop.test, client.test
virtual_mailbox_base = $D/mail
virtual_mailbox_maps = inline:{ { crm@shop.test = shop.test/crm/ }, { ann@client.test = client.test/ann/ } }
recipient_delimiter = +
virtual_uid_maps = static:$VMAIL
virtual_gid_maps = static:$VMAIL
virtual_minimum_uid = 100
transport_maps = inline:{ { remote.test = smtp:[127.0.0.1]:$PORT_HARD }, { soft.test = smtp:[127.0.0.1]:$PORT_SOFT }, { sink.test = smtp:[127.0.0.1]:$PORT_SINK } }
default_transport = error:5.4.4 no such host in the test net
smtpd_tls_cert_file = $D/tls/srv.pem
smtpd_tls_key_file = $D/tls/srv.key
smtpd_tls_security_level = may
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_recipient_restrictions = check_recipient_access inline:{ { busy@client.test = 451 4.3.0 Try later }, { full@client.test = 452 4.2.2 Mailbox full }, { spam@client.test = 554 5.7.1 Policy reject } }
smtpd_reject_unlisted_recipient = yes
smtpd_error_sleep_time = 0
minimal_backoff_time = 2s
maximal_backoff_time = 3s
queue_run_delay = 2s
maximal_queue_lifetime = 6s
bounce_queue_lifetime = 6s
delay_warning_time = 1s
message_size_limit = 20480000
"""

_MASTER = """
127.0.0.1:$PORT_SMTP inet n - n - - smtpd
127.0.0.1:$PORT_SUBMISSION inet n - n - - smtpd -o smtpd_tls_security_level=encrypt -o smtpd_sasl_auth_enable=yes -o smtpd_tls_auth_only=yes -o smtpd_client_restrictions=permit_sasl_authenticated,reject
127.0.0.1:$PORT_SMTPS inet n - n - - smtpd -o smtpd_tls_wrappermode=yes -o smtpd_sasl_auth_enable=yes -o smtpd_client_restrictions=permit_sasl_authenticated,reject
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
