package stripetest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/kontor-go/kontor/payment"
)

// pending is an event that was not sent yet.
type pending struct {
	kind   string
	object any
}

// say queues an event about a payment intent as it stands now.
func (s *Simulator) say(kind string, pi *intent) {
	s.queue = append(s.queue, pending{kind, s.seen(pi, nil)})
}

func (s *Simulator) sayCharge(kind string, c *charge) { s.queue = append(s.queue, pending{kind, *c}) }

func (s *Simulator) sayRefund(kind string, re *refund) { s.queue = append(s.queue, pending{kind, *re}) }

// send makes notices of the events of a call. It is called with the lock held
// and gives it away while Early runs.
func (s *Simulator) send(p Plan) {
	queue := s.queue
	s.queue = nil
	for _, q := range queue {
		n := s.notice(q.kind, q.object)
		if p.Early != nil {
			s.mu.Unlock()
			p.Early(n)
			s.mu.Lock()
		}
		for range p.Copies + 1 {
			if !p.Drop {
				s.notices = append(s.notices, n)
			}
		}
	}
}

// notice is one signed event.
func (s *Simulator) notice(kind string, object any) payment.Notice {
	at := s.now()
	e := map[string]any{
		"id": s.name("evt"), "object": "event", "api_version": s.opt.Version, "created": at.Unix(), "type": kind,
		"livemode": s.opt.Live, "pending_webhooks": 1, "data": map[string]any{"object": object},
		"request": map[string]any{"id": nil, "idempotency_key": nil},
	}
	if s.opt.Account != "" {
		e["account"] = s.opt.Account
	}
	body, _ := json.Marshal(e) //nolint:errchkjson // plain data
	return payment.Notice{Header: map[string][]string{"Stripe-Signature": {Sign(body, Secret, at)}}, Body: body}
}

// Sign returns the signature header of a body.
func Sign(body []byte, secret string, at time.Time) string {
	m := hmac.New(sha256.New, []byte(secret))
	m.Write(fmt.Appendf(nil, "%d.", at.Unix()))
	m.Write(body)
	return fmt.Sprintf("t=%d,v1=%s", at.Unix(), hex.EncodeToString(m.Sum(nil)))
}

// Notices returns the notices that were sent and not yet returned, copies and
// all. Deliver them in any order.
func (s *Simulator) Notices() []payment.Notice {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lapse()
	s.send(Plan{})
	out := s.notices
	s.notices = nil
	return out
}
