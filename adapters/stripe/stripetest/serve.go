package stripetest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// keyLife is how long a key is remembered.
const keyLife = 24 * time.Hour

// call is one request, taken apart.
type call struct {
	method, path string
	key          string // of idempotency
	bearer       string
	account      string
	values       url.Values
}

// answer is what comes back, and how.
type answer struct {
	status int
	header http.Header
	body   []byte
	reply  Reply
	// true answer, for the witness; nil if the call did not reach the books
	spoken []byte
	code   int
}

// remembered is a key with its first answer.
type remembered struct {
	print   string
	running bool
	at      time.Time
	status  int
	body    []byte
}

// serve works on one call as planned.
func (s *Simulator) serve(c call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lapse()
	if c.method == http.MethodGet {
		if s.opt.Lost != nil && s.opt.Lost() {
			return answer{reply: Timeout}
		}
		return s.answered(s.reading(c))
	}
	plan := Plan{}
	if s.opt.Plan != nil {
		plan = s.opt.Plan(s.calls, Call{c.path, c.key})
	}
	s.calls++
	if plan.vanished() {
		return s.vanished(c, plan)
	}
	return s.writing(c, plan)
}

func (s *Simulator) reading(c call) (any, *refusal) {
	if r := s.admit(c); r != nil {
		return nil, r
	}
	return s.read(c.path, newForm(c.values))
}

// admit checks key and account.
func (s *Simulator) admit(c call) *refusal {
	switch {
	case c.bearer != s.key():
		return denied(http.StatusUnauthorized, "", "Invalid API Key provided.")
	case c.account != s.opt.Account:
		return denied(http.StatusForbidden, "account_invalid", "The provided key does not have access to account "+c.account)
	default:
		return nil
	}
}

// answered puts a result into words.
func (s *Simulator) answered(result any, r *refusal) answer {
	a := answer{status: http.StatusOK}
	if r != nil {
		a.status, result = r.status, r.body()
	}
	a.body, _ = json.Marshal(result) //nolint:errchkjson // plain data
	return s.sealed(a)
}

// sealed adds the headers, and what the witness is told.
func (s *Simulator) sealed(a answer) answer {
	if a.header == nil {
		a.header = http.Header{}
	}
	a.header.Set("Content-Type", "application/json")
	a.header.Set("Request-Id", s.name("req"))
	a.spoken, a.code = a.body, a.status
	return a
}

// vanished is what is seen of a call that nothing came of.
func (s *Simulator) vanished(c call, p Plan) answer {
	switch p.Reply {
	case RateLimited:
		a := s.answered(nil, limited("rate_limit"))
		a.header.Set("Retry-After", "7")
		return a
	case Locked:
		return s.answered(nil, limited("lock_timeout"))
	case Busy:
		return s.answered(nil, busy())
	case Unavailable:
		return s.answered(nil, broken(http.StatusServiceUnavailable))
	case ServerError:
		a := s.answered(nil, broken(http.StatusInternalServerError))
		if c.key != "" && s.keys[c.key] == nil {
			s.keys[c.key] = &remembered{print: c.print(), at: s.now(), status: a.status, body: a.body}
		}
		return a
	case OK:
		return answer{reply: Timeout}
	case Truncated:
		return answer{reply: Truncated, status: http.StatusOK, body: []byte(`{"id":"pi_sim","object":"payment_`)}
	case Timeout, Reset, Refused, HTML, Redirect:
	}
	return answer{reply: p.Reply}
}

// print is the fingerprint of a call.
func (c call) print() string { return c.method + " " + c.path + "?" + c.values.Encode() }

// writing works on a call that may change something, once for each key.
func (s *Simulator) writing(c call, p Plan) answer {
	if r := s.admit(c); r != nil {
		return s.answered(nil, r)
	}
	k := s.keys[c.key]
	if k != nil && !k.running && s.now().Sub(k.at) >= keyLife {
		k = nil
	}
	switch {
	case c.key == "" || k == nil:
		return s.first(c, p)
	case k.print != c.print():
		s.wrongs = append(s.wrongs, "key "+c.key+" used with other parameters")
		return s.answered(nil, mismatch(c.key))
	case k.running:
		return s.answered(nil, busy())
	}
	a := s.sealed(answer{status: k.status, body: k.body, reply: line(p.Reply)})
	a.header.Set("Idempotent-Replayed", "true")
	return a
}

// line is what remains of a reply where the books say the answer.
func line(r Reply) Reply {
	if r == ServerError {
		return OK
	}
	return r
}

// first works on the first call of a key.
func (s *Simulator) first(c call, p Plan) answer {
	k := &remembered{print: c.print(), running: true, at: s.now()}
	s.keys[c.key] = k
	if p.Wait != nil {
		s.mu.Unlock()
		p.Wait()
		s.mu.Lock()
	}
	result, refused := s.write(c, p)
	a := s.answered(result, refused)
	if p.Reply == ServerError && (refused == nil || !refused.forgotten) {
		a = s.answered(nil, broken(http.StatusInternalServerError))
	}
	k.running, k.status, k.body = false, a.status, a.body
	if c.key == "" || refused != nil && refused.forgotten {
		delete(s.keys, c.key)
	}
	a.reply = line(p.Reply)
	s.send(p)
	return a
}

// write finds what a call is for.
func (s *Simulator) write(c call, p Plan) (any, *refusal) {
	f := newForm(c.values)
	rest, _ := strings.CutPrefix(c.path, "/v1/")
	parts := strings.Split(rest, "/")
	switch {
	case rest == "payment_intents":
		return s.create(f, p)
	case rest == "refunds":
		return s.giveBack(f, p)
	case len(parts) != 3 || parts[0] != "payment_intents":
		return nil, missing("", "address", c.path)
	}
	pi := s.intent(parts[1])
	if pi == nil {
		return nil, missing("intent", "payment_intent", parts[1])
	}
	switch parts[2] {
	case "confirm":
		return s.confirmAgain(pi, f, p)
	case "capture":
		return s.capture(pi, f, p)
	case "cancel":
		return s.void(pi, f)
	default:
		return nil, missing("", "address", c.path)
	}
}
