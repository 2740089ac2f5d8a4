package notification

// The templates of what a shop writes without being asked, over the email
// channel alone. Whoever queues them has looked for consent, and sets
// Queue.Unsubscribe.
const (
	// CartReminderTemplate reminds of a cart that lies still. Its data is a
	// CartReminder.
	CartReminderTemplate = "cart-reminder"
	// ConsentTemplate asks whoever wants messages to confirm it: a message that
	// was asked for. Its data is a ConsentQuestion.
	ConsentTemplate = "consent"
	// CampaignTemplate is a letter to many. Its data is a CampaignLetter.
	CampaignTemplate = "campaign"
)

// ConsentQuestion asks to confirm a consent.
type ConsentQuestion struct {
	Shop string
	// Link confirms it.
	Link string
}

// CartReminder is what lies in a cart.
type CartReminder struct {
	Shop string
	// Name is that of the buyer. May be empty.
	Name  string
	Lines []RemindedLine
	// Total is what the lines come to, as a text.
	Total string
	// Link opens the cart, Unsubscribe the page on which messages are turned
	// off.
	Link        string
	Unsubscribe string
}

// RemindedLine is one line of the cart.
type RemindedLine struct {
	Title    string
	Quantity int
}

// CampaignLetter is what a campaign says.
type CampaignLetter struct {
	Shop string
	// Name is that of the reader. May be empty.
	Name string
	// Title is the subject line and Text the rest, both as plain text.
	Title string
	Text  string
	// Unsubscribe opens the page on which messages are turned off.
	Unsubscribe string
}
