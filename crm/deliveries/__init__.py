"""What became of messages after they left: bounces by email, status callbacks of SMS. News only moves forward."""

from crm.deliveries.reports import NOTHING_KNOWN, Returns, record_reports
from crm.deliveries.sms import SMS_REFUSED, record_sms_status

__all__ = ["NOTHING_KNOWN", "SMS_REFUSED", "Returns", "record_reports", "record_sms_status"]
