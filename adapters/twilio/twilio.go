// Package twilio sends SMS through the Messages API of Twilio (version
// 2010-04-01), over net/http.
//
// A Sender is a notification.Notifier for notification.SMS. References are the
// SIDs of the messages at Twilio: SM and 32 digits. What Twilio answers with an
// error of the request is refused, a number that has opted out included; too
// many requests, and a log-in that is not accepted, are postponed. The API takes
// no key, so a Sender is no KeyKeeper: an answer that was lost, and any error of
// the server, leave the outcome unclear, and nothing is sent twice by itself.
package twilio

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/notification"
)

// Config says whose account it is and who writes.
type Config struct {
	// AccountSID is AC and 32 digits. Required.
	AccountSID string
	// AuthToken is the secret of the account, or that of a key. Required.
	AuthToken string
	// KeySID is the name of an API key, SK and 32 digits; then AuthToken is its
	// secret. Empty: the account itself logs in.
	KeySID string
	// From is a phone number such as +15005550006, or a name of 1 to 11 letters,
	// digits and spaces. Required, unless MessagingService is set.
	From string
	// MessagingService is MG and 32 digits.
	MessagingService string
	// URL is where the API is. Defaults to https://api.twilio.com.
	URL string
	// Client defaults to one with a timeout of 20 s.
	Client *http.Client
}

// Sender sends SMS. It is safe for concurrent use.
type Sender struct {
	cfg    Config
	client *http.Client
}

var _ notification.Notifier = (*Sender)(nil)

// New returns a Sender. It connects to nobody. A Config that cannot work is an
// Invalid error that names all that is wrong.
func New(cfg Config) (*Sender, error) {
	var c fault.Check
	c.That(isSID("AC", cfg.AccountSID), "AccountSID", "bad_sid", "must be AC and 32 digits")
	c.That(cfg.AuthToken != "", "AuthToken", "required", "must not be empty")
	c.That(cfg.KeySID == "" || isSID("SK", cfg.KeySID), "KeySID", "bad_sid", "must be SK and 32 digits")
	c.That(cfg.From != "" || cfg.MessagingService != "", "From", "required", "must not be empty without a MessagingService")
	c.That(cfg.From == "" || isSender(cfg.From), "From", "bad_sender", "must be a phone number or a name of at most 11 characters")
	c.That(cfg.MessagingService == "" || isSID("MG", cfg.MessagingService), "MessagingService", "bad_sid", "must be MG and 32 digits")
	if cfg.URL == "" {
		cfg.URL = "https://api.twilio.com"
	}
	at, err := url.Parse(cfg.URL)
	c.That(err == nil && (at.Scheme == "https" || isLocal(at)), "URL", "unsafe", "must begin with https://")
	if err := c.Err("twilio.config"); err != nil {
		return nil, err
	}
	if cfg.Client == nil {
		cfg.Client = &http.Client{Timeout: 20 * time.Second}
	}
	client := *cfg.Client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Sender{cfg: cfg, client: &client}, nil
}

// isLocal accepts a simulator on the same machine.
func isLocal(u *url.URL) bool {
	ip := net.ParseIP(u.Hostname())
	return u.Scheme == "http" && ip != nil && ip.IsLoopback()
}

func isSID(prefix, s string) bool {
	digits, ok := strings.CutPrefix(s, prefix)
	return ok && len(digits) == 32 && strings.Trim(digits, "0123456789abcdefABCDEF") == ""
}

func isSender(s string) bool {
	var c fault.Check
	notification.CheckPhone(&c, "From", s)
	if c.Err("twilio.config") == nil {
		return true
	}
	for i := range len(s) {
		if b := s[i]; b != ' ' && (b < '0' || b > '9') && (b < 'A' || b > 'Z') && (b < 'a' || b > 'z') {
			return false
		}
	}
	return len(s) <= 11 && strings.TrimSpace(s) == s
}

// Send sends an SMS.
func (s *Sender) Send(ctx context.Context, m notification.Message) (notification.Outcome, error) {
	if err := tx.RefuseOpen(ctx); err != nil {
		return notification.Outcome{}, err
	}
	if m.Channel != notification.SMS {
		return notification.Outcome{}, fault.New(fault.Unsupported, "twilio.channel", "Only SMS can be sent by Twilio.")
	}
	if err := ctx.Err(); err != nil {
		return notification.Outcome{}, fault.New(fault.Unavailable, "twilio.gone", "There was no time left to send the message.").Because(err)
	}
	req, err := s.request(ctx, m)
	if err != nil {
		return notification.Outcome{}, fault.New(fault.Invalid, "twilio.message", "The message cannot be sent as an SMS.").Because(err)
	}
	res, err := s.client.Do(req)
	if err != nil {
		return silence(err), nil
	}
	defer res.Body.Close() //nolint:errcheck // it was read
	return answer(res), nil
}

func (s *Sender) request(ctx context.Context, m notification.Message) (*http.Request, error) {
	form := url.Values{"To": {m.To}, "Body": {m.Text}}
	if s.cfg.From != "" {
		form.Set("From", s.cfg.From)
	}
	if s.cfg.MessagingService != "" {
		form.Set("MessagingServiceSid", s.cfg.MessagingService)
	}
	at := strings.TrimSuffix(s.cfg.URL, "/") + "/2010-04-01/Accounts/" + s.cfg.AccountSID + "/Messages.json"
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, at, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.GetBody = nil // so that the transport never sends it twice
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	user := s.cfg.AccountSID
	if s.cfg.KeySID != "" {
		user = s.cfg.KeySID
	}
	req.SetBasicAuth(user, s.cfg.AuthToken)
	return req, nil
}

// silence is the outcome of a request without an answer.
func silence(err error) notification.Outcome {
	if e, ok := errors.AsType[*net.OpError](err); ok && e.Op == "dial" {
		return notification.Outcome{State: notification.Postponed, Code: "unreachable", Text: "Twilio could not be reached."}
	}
	return notification.Outcome{State: notification.Unclear, Code: "no_answer", Text: "Twilio did not answer."}
}

// reply is what we read of an answer: a message, or an error.
type reply struct {
	SID       string `json:"sid"`
	Status    string `json:"status"`
	ErrorCode int    `json:"error_code"`
	Code      int    `json:"code"`
}

// maxReply is how much of an answer is read.
const maxReply = 1 << 20

// answer is the outcome of a request with an answer. Texts of Twilio hold the
// number, so only their codes are kept.
func answer(res *http.Response) notification.Outcome {
	var r reply
	b, err := io.ReadAll(io.LimitReader(res.Body, maxReply))
	if err == nil {
		err = json.Unmarshal(b, &r)
	}
	switch status := res.StatusCode; {
	case status == http.StatusCreated:
		return accepted(r, err)
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return notification.Outcome{State: notification.Postponed, Code: code(r.Code, status), Text: "Twilio did not let us in."}
	case status == http.StatusTooManyRequests:
		seconds, _ := strconv.Atoi(res.Header.Get("Retry-After")) // else as long as we like
		return notification.Outcome{
			State: notification.Postponed, Code: code(r.Code, status), Text: "Twilio wants us to be slower.",
			After: time.Duration(min(max(seconds, 0), 86_400)) * time.Second,
		}
	case status >= 400 && status < 500 && status != http.StatusRequestTimeout:
		return notification.Outcome{State: notification.Refused, Code: code(r.Code, status), Text: "Twilio does not send this message."}
	default:
		return notification.Outcome{State: notification.Unclear, Code: code(r.Code, status), Text: "Twilio answered that it is in trouble."}
	}
}

// accepted reads the message that Twilio has made of a request.
func accepted(r reply, err error) notification.Outcome {
	switch {
	case err != nil || r.SID == "":
		return notification.Outcome{State: notification.Unclear, Code: "bad_answer", Text: "Twilio gave an answer that we do not know."}
	case r.Status == "failed", r.Status == "undelivered", r.Status == "canceled":
		return notification.Outcome{State: notification.Refused, Code: code(r.ErrorCode, http.StatusCreated), Text: "Twilio could not send this message."}
	default:
		return notification.Outcome{State: notification.Accepted, Reference: r.SID}
	}
}

func code(own, status int) string {
	if own != 0 {
		return strconv.Itoa(own)
	}
	return "http_" + strconv.Itoa(status)
}
