"""What became of messages after they left: bounces by email, status callbacks of SMS. News only moves forward."""

from crm.deliveries.reports import record_reports
from crm.deliveries.sms import SMS_REFUSED, record_sms_status

__all__ = ["SMS_REFUSED", "record_reports", "record_sms_status"]
