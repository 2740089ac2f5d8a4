// Package smtp sends emails through an SMTP server.
//
// A Sender is a notification.Notifier for notification.Email. Each message goes
// over a connection of its own, encrypted by STARTTLS unless the Config says
// otherwise. The Message-ID is the Key of the message at the domain of the
// shop, so a message that was sent twice can be told. References are what the
// server answered.
//
// What the server refuses for good (5xx) is refused, what it refuses for now
// (4xx) and what never got as far as the end of the text is postponed, and if
// the answer to the end of the text is lost the outcome is unclear. With
// Config.RepeatUnclear a Sender is a KeyKeeper: what is unclear is sent again
// under the same Message-ID, which many mail systems show once, and some twice.
//
// A Sender is a support.Channel for support.Email as well: answers go to the
// address of the conversation, and mail programs show the reply below what it
// replies to.
package smtp
