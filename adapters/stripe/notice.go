package stripe

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/kontor-go/kontor/payment"
)

const (
	signatureHeader = "Stripe-Signature"
	// maxSignature is the longest signature header that is looked at, in bytes.
	maxSignature = 4096
	opNotice     = payment.Operation("notice")
)

var (
	errUnsigned   = errors.New("stripe: the notice has not exactly one signature header")
	errSignature  = errors.New("stripe: no signature of the notice is right")
	errStale      = errors.New("stripe: the time of the notice is too far from now")
	errAccount    = errors.New("stripe: the notice is of another account")
	errNoticeMode = errors.New("stripe: the notice is of the other mode")
	errNotice     = errors.New("stripe: the notice cannot be read")
)

// DecodeNotice checks the signature over the raw bytes, then time, account and
// mode. Of the event it reads nothing but what it is about, so that events of
// any API version are understood. Events that are about no payment or refund of
// ours have no hints.
func (p *Provider) DecodeNotice(n payment.Notice) ([]payment.Hint, error) {
	if len(n.Body) > payment.MaxNotice {
		return nil, notNotice(payment.ClassInvalid, errNotice)
	}
	at := n.At
	if at.IsZero() {
		at = p.clock.Now()
	}
	if err := p.verify(n, at); err != nil {
		return nil, notNotice(payment.ClassAuth, err)
	}
	var e event
	if err := json.Unmarshal(n.Body, &e); err != nil || e.ID == "" || len(e.ID) > maxID {
		return nil, notNotice(payment.ClassInvalid, errNotice)
	}
	switch {
	case e.Account != p.account:
		return nil, notNotice(payment.ClassAuth, errAccount)
	case e.Livemode != p.live:
		return nil, notNotice(payment.ClassAuth, errNoticeMode)
	}
	h, ok := e.hint()
	if !ok {
		return nil, nil
	}
	return []payment.Hint{h}, nil
}

func notNotice(c payment.Class, err error) error {
	return &payment.Failure{Class: c, Operation: opNotice, Err: err}
}

// verify checks the signature header: "t=1700000000,v1=hex,v1=hex". The time is
// signed with the body. Other schemes than v1 are passed over.
func (p *Provider) verify(n payment.Notice, at time.Time) error {
	header, ok := only(n.Header, signatureHeader)
	if !ok || len(header) > maxSignature {
		return errUnsigned
	}
	stamp, given := signatures(header)
	sec, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return errSignature
	}
	right := false
	for _, secret := range p.secrets {
		if secret == "" {
			continue
		}
		m := hmac.New(sha256.New, []byte(secret))
		m.Write([]byte(stamp + "."))
		m.Write(n.Body)
		want := m.Sum(nil)
		for _, g := range given {
			right = hmac.Equal(g, want) || right
		}
	}
	if !right {
		return errSignature
	}
	if off := at.Sub(time.Unix(sec, 0)).Abs(); off > p.tolerance {
		return errStale
	}
	return nil
}

// only returns the value of a header that came exactly once.
func only(header map[string][]string, name string) (string, bool) {
	var all []string
	for k, v := range header {
		if http.CanonicalHeaderKey(k) == name {
			all = append(all, v...)
		}
	}
	if len(all) != 1 {
		return "", false
	}
	return all[0], true
}

// signatures reads the header. A time that comes twice is none.
func signatures(header string) (stamp string, given [][]byte) {
	times := 0
	for part := range strings.SplitSeq(header, ",") {
		k, v, _ := strings.Cut(part, "=")
		switch k {
		case "t":
			stamp = v
			times++
		case "v1":
			if sum, err := hex.DecodeString(v); err == nil {
				given = append(given, sum)
			}
		}
	}
	if times != 1 {
		return "", nil
	}
	return stamp, given
}

// event is the little that is read of an event.
type event struct {
	ID       string          `json:"id"`
	Type     string          `json:"type"`
	Account  string          `json:"account"`
	Livemode bool            `json:"livemode"`
	Data     json.RawMessage `json:"data"`
}

// subject is what an event is about.
type subject struct {
	Object struct {
		ID       string            `json:"id"`
		Metadata map[string]string `json:"metadata"`
	} `json:"object"`
}

// hint is what an event is about, if it is about something of ours. An event of
// another family is not looked into, whatever its shape.
func (e event) hint() (payment.Hint, bool) {
	family, _, _ := strings.Cut(e.Type, ".")
	if strings.HasPrefix(e.Type, "charge.refund.") {
		family = "refund"
	}
	if family != "payment_intent" && family != "charge" && family != "refund" {
		return payment.Hint{}, false
	}
	var s subject
	if err := json.Unmarshal(e.Data, &s); err != nil {
		return payment.Hint{}, false
	}
	meta := s.Object.Metadata // a charge has that of its payment intent
	h := payment.Hint{Event: e.ID, Account: e.Account, Payment: meta[metaPayment]}
	switch family {
	case "payment_intent":
		h.Reference = s.Object.ID
	case "refund":
		h.Refund = meta[metaRefund]
	}
	return h, h.Payment != "" && len(h.Payment) <= maxID && len(h.Refund) <= maxID && len(h.Reference) <= maxID
}
