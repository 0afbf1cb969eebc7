core-welcome = Welcome, { $name }! You are in. /menu shows everything, /help how to write to me.
core-stranger = Hello! This is a company's own assistant, so I can only talk to its staff. Have a good day!
core-gone = This is no longer there. /menu shows what is.
core-failed = Something went wrong on our side, and we have noted it. Your message is kept. Please try again.
core-file-missed = I could not get this file: Telegram hands me files of up to { $limit } MB. Please send a smaller one or a link.
core-press-expired = This button is out of date. Open the card again.
core-press-used = Already done.
core-cancelled = Cancelled. Nothing was saved.
core-nothing-to-cancel = There is nothing to cancel.
core-unknown-command = I do not know this command. /menu shows what there is.
core-not-understood = I could not tell what this is. Write a client's name, a product, or for example: <i>call Anna agreed 20 pcs, tomorrow 10 send offer</i>
core-yes = Yes
core-no = No
core-cancel = Cancel
core-back = ‹ Back
core-more = More
core-save = Save
core-undo = Undo
core-edit = Edit
core-undone = Undone.

core-menu = <b>{ $name }</b>, what shall we do?
    Or just write: a client's name, <i>stock m8</i>, <i>call Anna agreed 20 pcs, tomorrow 10 send offer</i>
core-menu-warehouse = <b>{ $name }</b>, what shall we look up?
    Just write an article code, a name or <i>stock m8</i>. Send a stock list as CSV or XLSX to import it.
core-help = <b>Write as you speak</b>
    <i>call Anna agreed 20 pcs, tomorrow 10 send offer</i> – logs the call and reminds you
    <i>met Ivanov, discussed prices</i> – a meeting
    <i>stock m8</i>, or an article code – what is there
    <i>Baltic</i>, or a phone number – finds the client

    <b>Answer customers</b>: reply to the message that announced theirs.
    <b>Forward</b> anything to me (a message, a voice note, a contact, a file) and I log it.
    /today – what is promised · /why Anna – what became of messages · /menu – everything · /cancel – leave a form
core-help-warehouse = Write an article code, a product's name or <i>stock m8</i>: I show what is there, reserved and on its way.
    Send a stock list (CSV or XLSX) to import it. /menu – everything

core-menu-today = Today
core-menu-clients = Clients
core-menu-new = New client
core-menu-stock = Stock
core-menu-tray = Unknown senders
core-menu-segments = Segments
core-menu-mailings = Mailings
core-menu-automations = Automations
core-menu-templates = Templates
core-menu-why = What became of messages
core-menu-team = Team
core-menu-mailboxes = Mailboxes
core-menu-staff = Staff
core-menu-settings = Settings
core-menu-menu = Menu
core-command-start = Start
core-command-today = What is promised for today
core-command-clients = Find a client
core-command-new = New client
core-command-stock = Ask for stock
core-command-tray = Messages from unknown senders
core-command-segments = Groups of clients
core-command-mailings = Mailings
core-command-automations = Automations: what runs by itself
core-command-templates = Message templates
core-command-why = Why a client got a message, or did not
core-command-team = The team's day
core-command-mailboxes = Mailboxes: read and complete?
core-command-staff = Staff and roles
core-command-invite = Invite a colleague
core-command-settings = Language, time zone, hours
core-command-menu = Everything, by buttons
core-command-help = How to write to me
core-command-cancel = Leave the form

error-access-not-allowed = This is not open to you, or no longer there. /menu shows what you can do.
error-access-not-found = This is no longer there, or not open to you. /menu shows what you can do.
error-dates-in-past = That moment has passed. Pick a later one.
error-fields-too-long = Too long: at most { $limit } characters.
error-fields-missing = Something is missing here. Please fill it in.
error-fields-invalid = I cannot read “{ $value }”. Please check it.
error-undo-expired = It is too late to undo this: ten minutes have passed. Edit it instead.
