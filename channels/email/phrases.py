"""What mail servers write when they refuse a mail, as phrases by what is meant: the wordings behind one table of reasons.

Texts are normalised first (`normal`): lower case, no punctuation, "e-mail" as "email", no apostrophes. Plain substrings only:
nothing here can be made slow by a hostile text.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

_NEAR: Final = 90  # characters between the pieces of one phrase
_LONGEST: Final = 4000
_NOT_WORDING = re.compile(
    r"https?://\S{1,300}"  # addresses, links and host names hold words that mean nothing here
    r"|\bmailto:\S{1,300}"
    r"|\bhost [\w-]{1,63}(?:\.[\w-]{1,63}){1,20}"
    r"|(?<![^\s<>(){}\[\]\"':;,=])[^\s<>(){}\[\]\"';,@]{1,64}@[^\s<>(){}\[\]\"';,@]{1,255}"
)
_PUNCTUATION = re.compile(
    r"[\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f\u00a0-\u00bf\u2010-\u2017\u201c-\u206f\u3000-\u3003、。「」]+"
)
_APOSTROPHES = str.maketrans("", "", "'`´’‘\u200b\u200c\u200d")


class Reason(StrEnum):
    """Why a mail was refused or came back."""

    NO_SUCH_ADDRESS = "no_such_address"
    DOUBTED_ADDRESS = "doubted_address"  # called unknown, by a server that may only be filtering
    CLOSED = "closed"  # the address is there and its own server's rules let no mail in
    NO_SUCH_DOMAIN = "no_such_domain"
    MOVED = "moved"
    TAKES_NO_MAIL = "takes_no_mail"  # the whole domain says so (null MX, 521, 556)
    DISABLED = "disabled"  # the mailbox exists and is shut: unpaid, unused, suspended
    FULL = "full"
    FILTERED = "filtered"  # the recipient's own rules: only colleagues, only known senders
    GREYLISTED = "greylisted"
    RATE = "rate"  # too many, too fast
    EXPIRED = "expired"  # tried until the time was up
    NETWORK = "network"
    SYSTEM = "system"  # the receiving server's own trouble
    TOO_BIG = "too_big"
    SPAM = "spam"
    CONTENT = "content"  # a virus, a forbidden attachment, damaged MIME
    REPUTATION = "reputation"  # who sends: a listed IP, no reverse name
    AUTHENTICATION = "authentication"  # SPF, DKIM, DMARC, TLS
    SENDER = "sender"  # the address in MAIL FROM or From
    RELAYING = "relaying"
    OUR_ACCOUNT = "our_account"  # our login, our quota at our own provider
    POLICY = "policy"
    PROTOCOL = "protocol"
    COMPLAINT = "complaint"  # reported as spam by whoever got it
    OTHER = "other"


Phrase = tuple[str, ...]  # pieces that follow one another within _NEAR characters
Table = tuple[tuple[Reason, tuple[Phrase, ...]], ...]


def table_of(text: str) -> tuple[Phrase, ...]:
    """Phrases as they are written below: "|" between two, "…" between the pieces of one, "." where a word must end."""
    return tuple(
        tuple(_begins_a_word(piece.strip()) for piece in phrase.split("…"))
        for phrase in text.split("|")
        if phrase.strip()
    )


def _begins_a_word(piece: str) -> str:
    whole = f"{piece[:-1]} " if piece.endswith(".") else piece
    # Thai and Chinese have no blanks between words.
    return f" {whole}" if whole[0].isascii() else whole


def _table(*rows: tuple[Reason, str]) -> Table:
    return tuple((reason, table_of(text)) for reason, text in rows)


# In the order they are looked for: what is more telling comes first.
TELLING: Final[Table] = _table(
    (Reason.OUR_ACCOUNT, """
        reached your daily limit | invalid credentials | unusual sending activity | daily user sending limit |
        daily sending quota | sending limit exceeded | exceeded the limit of messages you | blocked from sending email |
        submissionquotaexceeded | submission quota | sender has exceeded the hourly limit |
        exceeded … max emails per hour | exceeded … max defers | exceeded your … sending | exceeded its sending |
        must issue a starttls | authentication is required for | authentication is required to | smtp authentication |
        authentication required | authentication needed | not authenticated to send | client was not authenticated |
        you must authenticate | unauthenticated senders | not owned by user | sender not owned |
        sender address is not owned | not allowed to send as | not authorized to send on behalf | sendasdenied |
        send as this sender | email address is not verified | bad outbound sender | outbound spam | sending paused |
        account is suspended from sending | username and password not accepted | credentials invalid | invalid login |
        log in first | not logged in | login required | need authorization first | application specific password |
        traffic not accepted from this ip | need to authenticate | tenant has exceeded | must be verified with |
        domain is not verified | unverified domain
    """),
    (Reason.RELAYING, """
        relay access denied | relaying denied | relay denied | relay not permitted | relaying not permitted |
        relaying not allowed | relay not allowed | relaying is not | relaying … prohibited | relay prohibited |
        relaying disallowed | relay operation rejected | unable to relay | not allowed to relay | not permitted to relay |
        prohibited from relaying | cannot relay | refuse to relay | refuses to relay | refused to relay |
        relaying mail to | we do not relay | we dont relay | dont relay | no relaying | no relay | not relaying |
        open relay | insecure mail relay | rcpthosts | domain isnt in my list | not a gateway |
        we do not accept mail for
    """),
    (Reason.SYSTEM, """
        too many hops | hop count exceeded | mail loop | loops back to myself | mail forwarding loop | procmail |
        command output | command died | unknown mailer error | insufficient system storage |
        insufficient system resources | space shortage | insufficient disk space | queue file write error
    """),
    (Reason.GREYLISTED, """
        greylist | graylist | grey list | gray list | grey listed | postgrey | recipient is in the greylist
    """),
    (Reason.RATE, """
        queue quota exceeded | messaging limits | message quota exceeded
    """),
    (Reason.TOO_BIG, """
        message size exceeds | message is too large | message too large | message too big | message is too big |
        message size limit | maximum message size | maximum incoming message size | maximum inbound message size |
        max message size | size limit exceeded | exceeds size limit | exceeds the size limit | exceeds fixed limit |
        exceeds the maximum size | message … exceeds … maximum | exceeded … message size limit | message length exceeds |
        too large for this | mail size limit | email size limit | larger than the current system limit |
        larger than … limit for | size of the message exceeds | databytes limit | sizeexceeded | rcptsizeexceeded |
        msg too big | mail too big | too big mail | letter is too big | message larger than | limit of the message size |
        maximum file size | размер письма | слишком большое письмо | ขนาดใหญ่เกิน | メッセージサイズ
    """),
    (Reason.FULL, """
        mailbox full | mailbox is full | mail box is full | mail box full | mbox full | mbox is full | inbox is full |
        inbox full | mailfolder is full | mailbox … is full | account … is full | box … too full | mailboxfull |
        over quota | overquota | quota exceeded | quotaexceeded | exceeded quota | quota … exceeded | exceed … quota |
        out of quota | quota violation | quota is full | disk quota | mailbox quota | storage quota | storage limit |
        exceeded storage | exceeded allowed storage | not enough storage | not enough disk space |
        no space left for this user | exceeded the space | out of storage | out of disk space | recipient storage full |
        mailbox size limit | mailbox size exceeded | mailbox … exceeds allowed size | exceeds allowed size |
        mailbox … exceeded … max | too much mail data | maildir over | account is temporarily over | is over the limit |
        mailfolder is over | too many messages on the mailbox | user has too many messages | mailbox overflow |
        stuffed with mail | due to a full mailbox | переполнен | превышена квота | квота превышена | ящик полон |
        в ящике нет места | กล่องจดหมายเต็ม | กล่องเมล์เต็ม | เมลบ็อกซ์เต็ม | พื้นที่เต็ม | พื้นที่จัดเก็บเต็ม | 容量 |
        メールボックスがいっぱい | 邮箱已满 | 空间不足 | postfach ist voll | postfach voll | postfach … voll | kontingent | boite pleine |
        boîte pleine | buzon lleno | buzón lleno | casella piena | caixa postal cheia | cuota excedida
    """),
    (Reason.MOVED, """
        user not local please try | user has moved | has moved to | please use the new address | address has changed |
        recipient has moved | mailbox has moved | has been replaced by | changed his email | changed email address |
        mailbox owner has changed | domain owner has changed | is no longer in use please use
    """),
    (Reason.DISABLED, """
        tried to reach is disabled | tried to reach is inactive | disabled recipient | account disabled |
        account is disabled | account has been disabled | account … disabled or discontinued | account inactive |
        account is inactive | inactive account | mailbox disabled | mailbox is disabled | mailbox has been disabled |
        mailbox inactive | mailbox is inactive | disabled mailbox | disabled user | user disabled | user is disabled |
        user has been disabled | user account is disabled | user is inactive | inactive user | inactive recipient |
        invalid or inactive user | account suspended | account is suspended | account … suspended | user suspended |
        mailbox suspended | mailbox … suspended | currently suspended | temporarily suspended | vdomain suspended |
        domain is suspended | recipient suspend | has been suspended | account is not active | account not active |
        not active user | email account is not active | user is not active | mailbox is not active |
        mailbox temporarily disabled | mailbox is frozen | frozen mailbox | account is locked | account locked |
        mailbox is locked | user locked | user is locked | account deactivated | user deactivated | mailbox deactivated |
        has been deactivated | deactivated mailbox | recipient is deactivated | account expired | account has expired |
        account is expired | mailbox expired | expired due to inactivity | due to inactivity | extended inactivity |
        not currently accepting mail | isnt taking messages | account blocked | account is blocked | user is blocked |
        user blocked | administratively disabled | user is terminated | account terminated |
        account is currently unavailable | boite du destinataire archivee | non active user | ящик … заблокирован |
        аккаунт … заблокирован | пользователь … заблокирован | ящик … отключ | учетная запись … отключ | неактив |
        บัญชี … ถูกระงับ | ถูกระงับการใช้งาน | 停止 | 停用 | konto … gesperrt | postfach … gesperrt | deaktiviert
    """),
    (Reason.RATE, """
        rate limit | ratelimit | rate limited | rate exceeded | over rate | message rate | sending rate |
        connection rate | connection frequency | frequency limited | frequency is too high | unusual rate |
        at a rate that prevents | too many messages | too many connections | too many concurrent | too many sessions |
        too many recipients | too many rcpt | too many emails | too many mails | too many errors |
        too many invalid recipients | too many bad recipients | too many login attempts | too much mail |
        sending too fast | too quickly | too frequently | throttl | connection limit | concurrent connections |
        concurrent smtp connections | concurrent server connections | maximum number of connections |
        maximum number of messages | maximum sending rate exceeded | exceeded the rate | limits the number | slow down |
        unexpected volume | user complaints | max rcpt per | maximum recipients | recipients exceeded |
        mails per session exceeded | per hour exceeded | permanently deferred | temporarily deferred due to |
        temporarily deferred | exceeded domain limit | daily quota | limit exceeded | mi stc | hl icc | dt quo |
        слишком много | превышен лимит | 送信数
    """),
    (Reason.GREYLISTED, """
        come back later | please retry in | try again in … minute | try again in … second | you are unknown to us
    """),
    (Reason.AUTHENTICATION, """
        dmarc | dkim | spf. | openspf | sender policy framework | domainkeys | domain based message authentication |
        unauthenticated email | unauthenticated mail | is unauthenticated | does not have authentication information |
        required authentication level | guidelines regarding authentication | arc validation |
        failed authentication checks | must be authenticated | sender id. | senderid | email policy of the sender |
        dane. | tls is required | tls required | tls … required | starttls is required | must use tls |
        must use starttls | encryption required | encryption needed | certificate | authentication failed |
        authentication failure | authentication turned on | mi dmc
    """),
    (Reason.REPUTATION, """
        my name was rejected | not accepting connections | blacklist | black list | blocklist | block listed |
        block list | deny list | denylist | blocked using | spamhaus | spamcop | barracudacentral | sorbs | dnsbl | rbl. |
        rbls | surbl | uribl | mailspike | invaluement | senderscore | sender score | reputation | dynamic ip |
        dynamic address | ip dynamic | dialup | dial up | residential | reverse dns | rdns | ptr. | ptr record |
        reverse lookup | reverse hostname | reverse mapping | cannot find your hostname | cannot find your reverse |
        client host rejected | client host … blocked | client host … rejected | access denied your ip | your ip address |
        your ip has been | your ip is | ip address is blocked | ip address … blocked | banned sending ip | ip blocked |
        blocked ip | from your network | connections from this host | connections will not be accepted from |
        connection rejected by policy | connection dropped due to | sending ip | sending mta | sending host | source ip |
        helo command rejected | invalid helo | helo argument | helo name | ehlo name | you are not allowed to connect |
        not allowed to connect | your access to this mail system has been rejected | access from ip address |
        no access from mail server | fix reverse | is listed at | listed by | is listed in | is on a list | server ip |
        ip is blocked | blocked for abuse | all mail refused | refused to talk to me | no smtp service |
        no smtp service here | ask your postmaster for help | part of their network | traffic from your | in blacklist |
        hl rep | hl ipb | rp trc | ip … in blacklist
    """),
    (Reason.SPAM, """
        spam | unsolicited | bulk mail | bulk email | junk mail | uce. | ube. | blocked by content filter |
        content filter | message rejected due to content | rejected by content | content rejected | content restrictions |
        content presents a potential | mail content denied | suspicious | phish | message scored | cloudmark |
        bogofilter | too much spam | message blocked | refused by policy antispam | advertis | objectionable |
        because of the content | unwanted | dt spm | mi spb | mi sfq | spm. | spb. | спам | 垃圾 | 迷惑メール
    """),
    (Reason.CONTENT, """
        headers too large | header too large | too many received | virus | malware | trojan | infected | attachment type |
        attachments are not | attachment … not allowed | forbidden attachment | illegal attachment | banned attachment |
        dangerous attachment | executable | banned file | banned content | mime error | bad mime | invalid mime |
        malformed message | message is malformed | header error | invalid header | header … missing | missing header |
        duplicate header | multiple from | bare lf | bare newline | stray newline | 8bit | 8 bit characters |
        message content rejected | message format | rfc 5322 | rfc 2822 | rfc5322 | rfc2822 | base64 | message filtered |
        unacceptable content | line too long | lines too long
    """),
    (Reason.SENDER, """
        provide a valid from | from domain is invalid | sender address rejected | sender rejected | sender denied |
        sender verify failed | sender verification | sender refused | sender blocked | sender is blocked |
        sender not allowed | sender domain | domain of sender | domain of the sender | senders domain | senders address |
        sender address must | sender address verification | sender address is | sender address has | sender unknown |
        unknown sender | invalid sender | bad sender | bad return address | could not complete sender verify |
        fake sender | forged | sender access denied | rejecting sender | backscatter | null sender | empty envelope |
        rule imposed mailbox access | does not resolve | domain must resolve | from your domain | mail from domain |
        mail from command failed | return path … not | domain may not exist or dns check failed |
        verification failed for | callback verification
    """),
    (Reason.NETWORK, """
        malformed or unexpected name server reply | host not found try again | temporary lookup failure |
        host name lookup failure | servfail | temporary name server error | temporarily unable to resolve
    """),
    (Reason.TAKES_NO_MAIL, """
        null mx | nullmx | returned null mx | does not accept mail | doesnt accept mail | does not accept email |
        doesnt accept email | doesnt receive email | does not receive email | not accept any mail |
        will not accept any email | domain does not accept | domain not accepting | domain accepts no mail |
        no longer accepts mail | does not receive mail | this system does not accept mail | server does not accept mail |
        we do not accept mail here | not accepting mail for this domain
    """),
    (Reason.NO_SUCH_DOMAIN, """
        host unknown | unknown host | host not found | no such host | no such domain | unknown domain | domain not found |
        domain name not found | domain does not exist | domain doesnt exist | domain … couldnt be found |
        domain … could not be found | recipient domain must exist | unrouteable mail domain | unroutable domain |
        unrouteable domain | unroutable mail domain | name or service not known | name service error |
        couldnt find any host | couldnt find any mx | could not find any host | nxdomain | no mx record | no mx or a |
        no valid hosts | mx record not found | host or domain name not found | no a record | non existent domain |
        nonexistent domain | bad destination host | bad destination system | domain isnt accessible | all relevant mx |
        all host address lookups failed | missing or malformed | invalid domain name | illegal host domain |
        illegal domain | unknown mail server | no route to domain | домен не найден | домена не существует | ไม่พบโดเมน |
        ドメインが | 域名不存在 | domain existiert nicht | domaine inconnu
    """),
    (Reason.NO_SUCH_ADDRESS, """
        5 4 1 recipient address rejected access denied | recipient address rejected access denied as 2
    """),
    (Reason.CLOSED, """
        recipient address rejected access denied
    """),
    (Reason.NO_SUCH_ADDRESS, """
        user unknown | unknown user | recipient unknown | unknown recipient | mailbox unknown | unknown mailbox |
        address unknown | unknown address | account unknown | unknown account | unknown local | unknown or illegal alias |
        unknown alias | unknown email | addressee unknown | username is unknown | user is unknown |
        recipient is unknown | no such user | not such user | no such recipient | no such mailbox | no such address |
        no such addressee | no such person | no such account | no such email | no such local user | no such id |
        no such member | user not found | user … not found | mailbox not found | recipient not found | address not found |
        account not found | alias not found | email not found | recipientnotfound | recipnotfound |
        no user record found | user … not exist | user … doesnt exist | mailbox … not exist | mailbox … doesnt exist |
        account … not exist | account … doesnt exist | address … not exist | address … doesnt exist |
        recipient … not exist | recipient … doesnt exist | email … not exist | does not exist here |
        does not exist on this server | user doesnt have | user does not have | address … couldnt be found |
        recipient … could not be found | address … could not be found | recipient … wasnt found | not be found at |
        non existent user | nonexistent user | non existent recipient | non existent mailbox | non existing user |
        non existing recipient | no mailbox | no mail box | not a valid mailbox | not a valid user |
        not a valid recipient | not a valid address | not a known user | not a known recipient | not known here |
        user not known | recipient not known | is not known | not a registered | not registered here | invalid recipient |
        invalid user | invalid mailbox | invalid local | invalid email | invalid address |
        invalid final delivery userid | bad destination mailbox | bad recipient | bad mailbox | bad address | bad user |
        illegal alias | illegal recipient | illegal user | incorrect address | wrong recipient | email address is wrong |
        mailbox unavailable | mailbox is unavailable | mailbox not available | mailbox name not allowed |
        mailbox … is unavailable user | recipient rejected | recipient address rejected user |
        recipient address rejected undeliverable | recipient address rejected unverified |
        recipient address rejected address | recipient address rejected invalid | recipient address rejected unknown |
        recipient address rejected no such | recipient address rejected aol | recipient address rejected … rcpt to |
        unrouteable address | unroutable address | undeliverable address | undeliverable recipient |
        address is not deliverable | not our customer | not listed in domino | not listed in public | not listed in the |
        name is not recognized | recipient is not recognized | user is not recognized | address is not recognized |
        unrecognized recipient | unrecognized user | unrecognized address | no local user | user not local |
        local user unknown | user ambiguous | ambiguous recipient | there is no one at this address | there is no such |
        no valid recipient | all recipients are invalid | all recipients failed | no account by that name |
        no user by that name | unable to verify user | unable to validate recipient | can t verify recipient |
        cannot verify recipient | cannot find user | not a local user | no longer available | no longer valid |
        no longer exists | no longer in use | no longer on server | no longer employed | no longer works |
        no longer with | user left | left the company | left the organization | has been deleted | has been removed |
        account … discontinued | account has been closed | account closed | mailbox closed | recipient invalid |
        is not a user | is no user | not our user | пользователь не найден | адресат не найден | получатель не найден |
        не существует | несуществ | неизвестный получатель | неизвестный пользователь | неверный адрес | нет такого |
        не зарегистрирован | ящик не найден | почтовый ящик … не найден | ไม่มีผู้ใช้ | ไม่พบผู้ใช้ | ไม่พบที่อยู่ |
        ไม่มีอยู่ | ไม่พบบัญชี | ไม่พบผู้รับ | 存在しません | 見つかりません | あて先不明 | 宛先不明 | 不存在 | 查无此人 | existiert nicht |
        unbekannt | kein solcher | empfänger … nicht gefunden | inconnu | n existe pas | nexiste pas | introuvable |
        no existe | desconocido | não existe | nao existe | inesistente | sconosciuto | nie istnieje | neexistuje |
        bestaat niet | onbekend | finns inte | 존재하지
    """),
)  # fmt: skip
# These words say less than a code that means one thing.
VAGUE: Final[Table] = _table(
    (Reason.FILTERED, """
        resolver rst | only accepts mail from | only accepts messages from | only accepts email from |
        does not accept mail from | not accepting mail from | restricted to | access is restricted |
        not allowed to receive | rejected by the recipient | rejected by recipient | recipient refused |
        refused by recipient | user refused | user refuses | user reject | rejected by user | delivery restriction |
        not permitted to send | permission to send | members only | list members | moderated | mailbox restricted |
        recipient does not accept | recipient filter | refuse mail | blocked by the recipient | recipient has blocked |
        mail is not accepted | is not accepted
    """),
    (Reason.POLICY, """
        policy | administrative prohibition | administratively prohibited | administratively denied | access denied |
        access not allowed | denied by | not authorized | not authorised | unauthorized | permission denied | prohibited |
        for security reasons | abuse | rejected for | blocked | forbidden | message refused | mail refused |
        message rejected | mail rejected | rejected message | message not allowed | not accepted for |
        transaction failed | transmission denied | delivery not authorized | mail server permanently rejected
    """),
    (Reason.EXPIRED, """
        delivery failed … attempts | retry timeout exceeded | delivery time expired | delivery expired | message expired |
        expired in queue | message timed out | too long in queue | in the queue too long | queue too long |
        queued for too long | unable to deliver message after | maximum retry | max retries | retry limit |
        retries exceeded | retry time not reached | giving up | could not be delivered for |
        could not be delivered within | not delivered after | message delayed | delayed for | not yet been delivered |
        has not yet been | still being retried | will keep trying | will continue to | for the last | delivery delayed |
        have been unable to deliver | was undeliverable after | undelivered after | too old | expired |
        still undelivered | delivery attempts
    """),
    (Reason.SYSTEM, """
        error opening | local error | local problem | system error | internal error | internal server error |
        server error | software error | service unavailable | service not available | service is currently unavailable |
        not available | insufficient resources | resources temporarily unavailable | out of memory | disk full |
        no space left | loop detected | routing loop | loop. | mx list for | configuration error | local configuration |
        misconfigur | cannot open | cant open | permission problem | unable to write | write error | input output error |
        i o error | cannot deliver | temporary failure | temporary problem | temporary error | temporarily unavailable |
        temporarily rejected | try again later | please try later | database | ldap | problem with the recipients |
        exit status | exited with | child process | pipe to | local delivery failed | mailer error | under maintenance |
        maintenance | operating system | could not write | cannot append | cannot update | delivery error | mailbox busy |
        mailbox is busy | mailbox locked | server busy | system busy | overloaded | deferred
    """),
    (Reason.NETWORK, """
        did not accept our requests to connect | socket error | connection timed out | connection refused |
        connection reset | connection dropped | connection died | connection failed | connection lost | lost connection |
        lost input connection | no route to host | host unreachable | network unreachable | network is unreachable |
        timed out | timeout | conversation with | could not connect | couldnt connect | unable to connect |
        cannot connect | failed to connect | connect to | network error | bad connection | couldnt establish an smtp |
        wasnt able to establish an smtp | remote server not available | did not respond | host is down | server is down |
        not responding | no answer from host | tls handshake | ssl. | lookup failure | lookup failed | dns error |
        dns server | dns problem
    """),
    (Reason.PROTOCOL, """
        syntax error | syntax | command unrecognized | unrecognized command | command not recognized |
        command not implemented | not implemented | bad sequence | protocol error | protocol violation |
        unexpected command | unsupported | not supported | command rejected | invalid command | invalid parameter |
        need rcpt | need mail | smtputf8 | internationalized | parameters not recognized | bad command | out of sequence |
        non ascii | bare cr.
    """),
)  # fmt: skip


def normal(text: str) -> str:
    """`text` as the phrases are written, with a blank before and after."""
    plain = _NOT_WORDING.sub(" ", text[:_LONGEST]).lower().translate(_APOSTROPHES)
    plain = _PUNCTUATION.sub(" ", plain).replace("e mail", "email")
    return f" {' '.join(plain.split())} "


def said(normalised: str, phrases: tuple[Phrase, ...]) -> bool:
    """Whether one of the phrases stands in a normalised text, each piece from the beginning of a word on."""
    found = [phrase for phrase in phrases if phrase[0] in normalised]
    return any(_stands(normalised, *phrase) for phrase in found)


def _stands(text: str, first: str, *more: str) -> bool:
    start = text.find(first)
    while start >= 0:
        end = start + len(first)
        for piece in more:
            found = text.find(piece, end - 1, end + _NEAR)
            if found < 0:
                break
            end = found + len(piece)
        else:
            return True
        start = text.find(first, start + 1)
    return False
