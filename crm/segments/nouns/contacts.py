"""Words for addresses, consent, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping

from crm.segments.nouns.words import Said, Words

_SAID: Mapping[str, Said] = {
    "yes": ("yes | given | granted", "да | есть | дано | получено", "ใช่ | ให้แล้ว | ยินยอม"),
    "no": ("no | withdrawn | refused", "нет | отозвано | отказ", "ไม่ใช่ | ไม่ | ถอนแล้ว | ปฏิเสธ"),
    "unknown": ("unknown | not asked | never asked", "неизвестно | не спрашивали", "ไม่ทราบ | ยังไม่ได้ถาม"),
}

CONTACT_WORDS: Mapping[str, Words] = {
    "email": Words(
        field=("email | e-mail", "почта | имейл | адрес почты", "อีเมล | อีเมล์"),
        present=("has email | has an email | with email", "есть email | есть почта | есть имейл | с почтой", "มีอีเมล"),
        absent=(
            "no email | has no email | without email",
            "нет email | нет почты | без почты | без email",
            "ไม่มีอีเมล",
        ),
        example=("has email", "почта содержит @mail.ru", "มีอีเมล"),
    ),
    "phone": Words(
        field=("phone", "телефон | номер телефона", "โทรศัพท์ | เบอร์ | เบอร์โทร"),
        present=(
            "has phone | has a phone | with phone",
            "есть телефон | с телефоном",
            "มีโทรศัพท์ | มีเบอร์ | มีเบอร์โทร",
        ),
        absent=(
            "no phone | has no phone | without phone",
            "нет телефона | без телефона",
            "ไม่มีโทรศัพท์ | ไม่มีเบอร์ | ไม่มีเบอร์โทร",
        ),
        example=("phone contains +66", "без телефона", "มีเบอร์โทร"),
    ),
    "telegram": Words(
        present=("has telegram | with telegram", "есть телеграм | есть telegram", "มีเทเลแกรม"),
        absent=(
            "no telegram | has no telegram | without telegram",
            "нет телеграма | без телеграма | нет telegram",
            "ไม่มีเทเลแกรม",
        ),
        example=("has telegram", "есть телеграм", "มีเทเลแกรม"),
    ),
    "consent_email": Words(
        field=(
            "consent email | email consent | consent to email",
            "согласие на письма | согласие на почту | согласие email | согласие на email",
            "ความยินยอมอีเมล | ยินยอมทางอีเมล | ความยินยอมทางอีเมล",
        ),
        choices=_SAID,
        example=("consent email is yes", "согласие на письма = да", "ความยินยอมอีเมล = ใช่"),
    ),
    "consent_sms": Words(
        field=(
            "consent sms | sms consent | consent to sms",
            "согласие на sms | согласие на смс | согласие sms",
            "ความยินยอม sms | ยินยอมทาง sms | ความยินยอมทาง sms",
        ),
        choices=_SAID,
        example=("consent sms is no", "согласие на sms = нет", "ความยินยอม sms = ไม่"),
    ),
    "unsubscribed_email": Words(
        present=(
            "unsubscribed from email | unsubscribed from emails",
            "отписан от писем | отписался от писем | отписаны от писем",
            "ยกเลิกรับอีเมล | เลิกรับอีเมล",
        ),
        example=("not unsubscribed from email", "отписан от писем", "ยกเลิกรับอีเมล"),
    ),
    "unsubscribed_sms": Words(
        present=(
            "unsubscribed from sms",
            "отписан от sms | отписан от смс | отписался от sms | отписался от смс",
            "ยกเลิกรับ sms | เลิกรับ sms",
        ),
        example=("unsubscribed from sms", "отписан от sms", "ยกเลิกรับ sms"),
    ),
    "suppressed_email": Words(
        present=("email suppressed | email stopped", "почта остановлена | почта в стоп-листе", "อีเมลถูกระงับ"),
        example=("email suppressed", "почта остановлена", "อีเมลถูกระงับ"),
    ),
    "suppressed_sms": Words(
        present=(
            "sms suppressed | sms stopped | phone suppressed",
            "sms остановлены | смс остановлены | телефон в стоп-листе",
            "sms ถูกระงับ | เบอร์ถูกระงับ",
        ),
        example=("sms suppressed", "sms остановлены", "sms ถูกระงับ"),
    ),
    "bounced_email": Words(
        present=(
            "email bounced | email bounces",
            "почта возвращается | почта недоступна | письма возвращаются",
            "อีเมลตีกลับ",
        ),
        example=("email bounced", "почта возвращается", "อีเมลตีกลับ"),
    ),
    "bounced_sms": Words(
        present=(
            "phone bounced | sms bounced",
            "номер недоступен | sms не доходят | смс не доходят",
            "เบอร์ใช้ไม่ได้ | sms ตีกลับ",
        ),
        example=("phone bounced", "номер недоступен", "เบอร์ใช้ไม่ได้"),
    ),
    "reachable_email": Words(
        present=("reachable by email", "доступен по почте | можно писать на почту", "ส่งอีเมลถึงได้"),
        example=("reachable by email", "доступен по почте", "ส่งอีเมลถึงได้"),
    ),
    "reachable_sms": Words(
        present=(
            "reachable by sms",
            "доступен по sms | доступен по смс | можно писать sms",
            "ส่ง sms ถึงได้",
        ),
        example=("reachable by sms", "доступен по sms", "ส่ง sms ถึงได้"),
    ),
}
