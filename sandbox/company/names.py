"""Names the demo company's world is made of: people, firms, cities and reasons, in three languages.

One first name is rare on purpose: there is exactly one Anna among the clients, and nobody whose name holds hers.
"""

from __future__ import annotations

from dataclasses import dataclass


def _words(text: str) -> tuple[str, ...]:
    """A list that reads as a line."""
    return tuple(text.split())


EUROPEAN_FIRST = _words(
    "James Oliver Emma Sophie Lukas Marta Jonas Karin Peter Eva Tomas Greta Henrik Laura Martin Julia Stefan Nicole "
    "Felix Clara Daniel Ingrid Marek Ewa Piotr Janis Liga Kristaps Mika Aino George Helen Robert Alice Simon Charlotte"
)
EUROPEAN_LAST = _words(
    "Weber Fischer Becker Hoffmann Koch Richter Wolf Neumann Schwarz Krause Lehmann Ozols Kalnins Berzins Liepa "
    "Kowalski Nowak Wozniak Virtanen Korhonen Nieminen Laine Smith Taylor Walker Hughes Bennett Carter Marshall Dawson "
    "Larsen Holm Nilsson Lindgren Novak Dvorak"
)
RUSSIAN_MEN = _words(
    "Сергей Дмитрий Алексей Михаил Андрей Николай Олег Игорь Роман Константин Виталий Юрий Григорий Артём Максим "
    "Владимир Борис Денис Антон Евгений"
)
RUSSIAN_WOMEN = _words(
    "Елена Мария Ирина Наталья Екатерина Людмила Юлия Марина Галина Вера Ксения Дарья Алина Полина Тамара Валентина"
)
RUSSIAN_LAST = _words(
    "Петров Смирнов Кузнецов Соколов Попов Лебедев Козлов Новиков Морозов Волков Соловьёв Васильев Зайцев Павлов "
    "Семёнов Голубев Виноградов Богданов Воробьёв Фёдоров Михайлов Беляев Тарасов Белов Комаров Киселёв Макаров Андреев "
    "Ковалёв Ильин Гусев Титов Кузьмин Кудрявцев Баранов Куликов"
)
THAI_FIRST = _words(
    "สมศักดิ์ วิชัย ประเสริฐ สุดา มาลี นิภา กิตติ อรุณ พิมพ์ใจ ชัยวัฒน์ ณัฐพล ศิริพร ปรีชา สุรชัย อนงค์ ปิยะ จิราพร ดวงใจ วีระ "
    "สมพร บุญมี ลลิตา พรทิพย์ กมล เอกชัย นพดล สุวิทย์ อัญชลี ชลธิชา ภาณุ ธีรเดช"
)
THAI_LAST = _words(
    "แก้วมณี ศรีสุข วงศ์ทอง บุญเรือง พรหมดี สุขใจ ทองดี รุ่งเรือง จันทร์เพ็ญ สายทอง มีสุข พงษ์ไพร ชูชัย เจริญผล ศรีทอง คำดี ใจงาม "
    "สว่างวงศ์ ปัญญาดี อินทร์แก้ว"
)

EUROPEAN_FIRMS = (
    _words(
        "Nordic Alpine Harbour Rhine Amber Oak Granite Polar Summit Meridian Castle Bridge Falcon Copper Delta Vector"
    ),
    _words("Tools Fasteners Hardware Fittings Construction Supply Workshop Marine Metal Roofing"),
)
RUSSIAN_FIRMS = (
    _words("Волга Нева Урал Сибирь Север Восток Центр Альфа Вектор Гранит Дельта Кедр Маяк Прогресс Регион Сталь"),
    _words("Крепёж Строй Инструмент Монтаж Снаб Металл Фитинг Кровля Сервис Техно"),
)
THAI_FIRMS = (
    _words("สยาม ไทย เจริญ รุ่งเรือง บูรพา เหนือ ทองไทย เอเชีย มิตร สุวรรณ มั่นคง รวมชัย"),
    _words("โบลท์ ฮาร์ดแวร์ วัสดุก่อสร้าง เครื่องมือ สกรู โลหะ ประปา เหล็ก"),
)


@dataclass(frozen=True, slots=True)
class City:
    """Where a client sits; `legal` turns a firm's name into its legal entity's."""

    name: str
    country: str
    timezone: str
    legal: str


EUROPEAN_CITIES = (
    City("Riga", "LV", "Europe/Riga", "SIA {}"),
    City("Berlin", "DE", "Europe/Berlin", "{} GmbH"),
    City("Hamburg", "DE", "Europe/Berlin", "{} GmbH"),
    City("Warsaw", "PL", "Europe/Warsaw", "{} Sp. z o.o."),
    City("Helsinki", "FI", "Europe/Helsinki", "{} Oy"),
    City("London", "GB", "Europe/London", "{} Ltd"),
    City("Bangkok", "TH", "Asia/Bangkok", "{} (Thailand) Co., Ltd."),
)
RUSSIAN_CITIES = (
    City("Москва", "RU", "Europe/Moscow", "ООО «{}»"),
    City("Санкт-Петербург", "RU", "Europe/Moscow", "ООО «{}»"),
    City("Казань", "RU", "Europe/Moscow", "ООО «{}»"),
    City("Екатеринбург", "RU", "Asia/Yekaterinburg", "АО «{}»"),
    City("Новосибирск", "RU", "Asia/Novosibirsk", "ООО «{}»"),
)
THAI_CITIES = (
    City("กรุงเทพ", "TH", "Asia/Bangkok", "บริษัท {} จำกัด"),
    City("เชียงใหม่", "TH", "Asia/Bangkok", "บริษัท {} จำกัด"),
    City("ภูเก็ต", "TH", "Asia/Bangkok", "หจก. {}"),
    City("ขอนแก่น", "TH", "Asia/Bangkok", "บริษัท {} จำกัด"),
    City("ชลบุรี", "TH", "Asia/Bangkok", "บริษัท {} จำกัด"),
)

# Mobile numbers by country: the international prefix with the operator's digits, and how many digits follow.
MOBILE_PREFIXES = {
    "TH": ("+6681", 7),
    "RU": ("+7916", 7),
    "LV": ("+3712", 7),
    "DE": ("+491511", 7),
    "PL": ("+48501", 6),
    "FI": ("+35840", 7),
    "GB": ("+447400", 6),
}

SOURCES = ("exhibition", "site", "referral", "cold-call", "advertising", "walk-in")  # of crm.marketing.STANDARD_SOURCES
TAGS = ("vip", "wholesale", "retail", "installer", "опт", "монтаж", "ขายส่ง", "ร้านค้า")

REASONS = {
    "en": (
        "asked for a price list",
        "needs fasteners for a new site",
        "looking for a second supplier",
        "met at the fair",
    ),
    "ru": ("запросили прайс", "крепёж на новый объект", "ищут второго поставщика", "познакомились на выставке"),
    "th": ("ขอใบราคา", "ต้องการสกรูสำหรับโครงการใหม่", "หาผู้ขายรายที่สอง", "พบกันที่งานแสดงสินค้า"),
}
POSITIONS = {
    "en": ("Buyer", "Site manager", "Accountant", "Owner"),
    "ru": ("Закупщик", "Прораб", "Бухгалтер", "Директор"),
    "th": ("ฝ่ายจัดซื้อ", "ผู้จัดการโครงการ", "ฝ่ายบัญชี", "เจ้าของ"),
}
