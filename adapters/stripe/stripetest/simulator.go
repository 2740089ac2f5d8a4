package stripetest

import (
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/payment"
)

// Key is the secret key of a simulator in test mode, LiveKey of one in live
// mode, and Secret signs its notices.
const (
	Key     = "sk_test_simulator"
	LiveKey = "sk_live_simulator"
	Secret  = "whsec_simulator" //nolint:gosec // of a simulator
)

// Options say what the account is like. The zero value is an account in test
// mode in which everything works.
type Options struct {
	// Clock tells the time. Defaults to the system's.
	Clock clock.Clock
	// Account is the connected account that calls must name. Defaults to none.
	Account string
	// Live makes it an account in live mode, with LiveKey.
	Live bool
	// Name is in all ids, as in "pi_sim_1", so that a shop can tell this account
	// from one that it had before. Defaults to "sim".
	Name string
	// Version is the API version of the notices. Defaults to one that is newer
	// than that of the client.
	Version string
	// SearchLag is by how much the search is behind the books. Defaults to a
	// minute; less than zero is not at all.
	SearchLag time.Duration
	// Hold is how long a promise holds. Defaults to 7 days.
	Hold time.Duration
	// Plan says what happens in call n, counted from 0, of those that may
	// change something. Nil: everything works.
	Plan func(n int, c Call) Plan
	// Lost makes calls that only read fail while it returns true. May be nil.
	Lost func() bool
	// Witness sees each call that reached the books, with the true answer. May
	// be nil. It is called with no lock held.
	Witness func(Exchange)
}

// Call is a call that may change something.
type Call struct {
	// Path is its path, such as "/v1/payment_intents/pi_1/capture".
	Path string
	// Key is its idempotency key.
	Key string
}

// Exchange is one call and its true answer.
type Exchange struct {
	// Request is the call, with its body.
	Request *http.Request
	Status  int
	Header  http.Header
	Body    []byte
}

// Simulator is a Stripe account in memory. It is safe for concurrent use.
type Simulator struct {
	opt Options

	mu      sync.Mutex
	calls   int
	serial  map[string]int
	intents []*intent
	charges map[string]*charge
	refunds []*refund
	keys    map[string]*remembered
	queue   []pending
	notices []payment.Notice
	wrongs  []string
}

// New returns an account. opt may be nil.
func New(opt *Options) *Simulator {
	s := &Simulator{serial: map[string]int{}, charges: map[string]*charge{}, keys: map[string]*remembered{}}
	if opt != nil {
		s.opt = *opt
	}
	if s.opt.Clock == nil {
		s.opt.Clock = clock.System()
	}
	if s.opt.Name == "" {
		s.opt.Name = "sim"
	}
	if s.opt.Version == "" {
		s.opt.Version = "2026-08-26.dahlia"
	}
	if s.opt.SearchLag == 0 {
		s.opt.SearchLag = time.Minute
	}
	if s.opt.Hold == 0 {
		s.opt.Hold = 7 * 24 * time.Hour
	}
	return s
}

// Client returns a client whose calls all go to the simulator, without a
// socket and whatever the address.
func (s *Simulator) Client() *http.Client { return &http.Client{Transport: s} }

// key is the secret key of the account.
func (s *Simulator) key() string {
	if s.opt.Live {
		return LiveKey
	}
	return Key
}

func (s *Simulator) now() time.Time { return s.opt.Clock.Now() }

// name returns a new name: "pi_sim_1".
func (s *Simulator) name(prefix string) string {
	s.serial[prefix]++
	return fmt.Sprintf("%s_%s_%d", prefix, s.opt.Name, s.serial[prefix])
}

// Calls returns how many calls were made that may change something.
func (s *Simulator) Calls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

// lapse cancels the promises whose time is over.
func (s *Simulator) lapse() {
	now := s.now()
	for _, pi := range s.intents {
		if pi.Status == requiresCapture && !now.Before(pi.until) {
			s.cancel(pi, "automatic")
		}
	}
}

// intent returns a payment intent by its id, or nil.
func (s *Simulator) intent(id string) *intent {
	for _, pi := range s.intents {
		if pi.ID == id {
			return pi
		}
	}
	return nil
}
