package shippingrows_test

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/adapters/bunstore/internal/unittest"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/shipping"
)

// post is a carrier with all powers that does as it is told.
type post struct {
	mu       sync.Mutex
	labels   map[string]shipping.Label // by key
	failing  error                     // before the label is made
	lost     error                     // after it
	tracked  map[string][]shipping.Happening
	tidings  []shipping.Tidings
	requests []shipping.LabelRequest
}

var (
	_ shipping.Labeler       = (*post)(nil)
	_ shipping.Tracker       = (*post)(nil)
	_ shipping.NoticeDecoder = (*post)(nil)
)

func (p *post) Code() string { return "post" }

func (p *post) Rates(context.Context, shipping.RateRequest) ([]shipping.Rate, error) { return nil, nil }

func (p *post) Label(_ context.Context, r shipping.LabelRequest) (shipping.Label, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.requests = append(p.requests, r)
	if p.failing != nil {
		return shipping.Label{}, p.failing
	}
	if p.labels == nil {
		p.labels = map[string]shipping.Label{}
	}
	l, known := p.labels[r.Key]
	if !known {
		l = shipping.Label{Number: "P" + string(rune('1'+len(p.labels))), Service: "parcel", Format: "zpl", Body: []byte("^XA^XZ\x00")}
		p.labels[r.Key] = l
	}
	if p.lost != nil {
		return shipping.Label{}, p.lost
	}
	return l, nil
}

func (p *post) Track(_ context.Context, number string) ([]shipping.Happening, error) {
	hs, known := p.tracked[number]
	if !known {
		return nil, fault.Missing("parcel")
	}
	return hs, nil
}

func (p *post) DecodeNotice(_ context.Context, n shipping.Notice) ([]shipping.Tidings, error) {
	if string(n.Body) != "authentic" {
		return nil, fault.New(fault.Denied, "notice_denied", "The notice is not authentic.")
	}
	return p.tidings, nil
}

// mute is a carrier that can do nothing but send notices.
type mute struct{ post *post }

func (mute) Code() string { return "mute" }

func (mute) Rates(context.Context, shipping.RateRequest) ([]shipping.Rate, error) { return nil, nil }

func (m mute) DecodeNotice(ctx context.Context, n shipping.Notice) ([]shipping.Tidings, error) {
	return m.post.DecodeNotice(ctx, n)
}

// eachPost runs fn with a shop and its post on every database.
func eachPost(t *testing.T, fn func(t *testing.T, sh shop, p *post)) {
	t.Helper()
	unittest.Each(t, func(t *testing.T, s *unit.Shipper) {
		t.Helper()
		p := &post{}
		sh := open(s, "shop", p, mute{p})
		fn(t, sh, p)
		sh.sound(t)
	})
}

func TestALabelIsMadeOnce(t *testing.T) {
	t.Parallel()
	eachPost(t, func(t *testing.T, sh shop, p *post) {
		ctx := t.Context()
		s, err := sh.Create(ctx, request("post"))
		require.NoError(t, err)
		var wg sync.WaitGroup
		errs := make([]error, 4)
		for i := range errs {
			wg.Go(func() {
				_, errs[i] = sh.Label(ctx, s.ID, shipping.MakeLabel{})
			})
		}
		wg.Wait()
		now, err := sh.Label(ctx, s.ID, shipping.MakeLabel{})
		require.NoError(t, err)
		require.Contains(t, errs, error(nil))
		for _, err := range errs {
			if err != nil { // it came between the look and the move of another
				require.ErrorIs(t, err, fault.Conflict)
			}
		}
		require.Equal(t, shipping.Ready, now.State())
		require.Equal(t, "P1", now.Number)
		require.Equal(t, "parcel", now.Service)
		require.Len(t, p.requests, 1, "the carrier was asked once")
		require.Equal(t, shipping.LabelRequest{
			Key: s.ID.String(), From: home(), To: home(), Parcel: s.Parcel, Reference: "K-1001",
		}, p.requests[0])
		l, err := sh.LabelOf(ctx, s.ID)
		require.NoError(t, err)
		require.Equal(t, p.labels[s.ID.String()], l)
		require.Equal(t, []string{"shipping.created", "shipping.ready"}, sh.events(t))
	})
}

func TestALabelWhoseAnswerIsLostIsFound(t *testing.T) {
	t.Parallel()
	eachPost(t, func(t *testing.T, sh shop, p *post) {
		ctx := t.Context()
		s, err := sh.Create(ctx, request("post"))
		require.NoError(t, err)
		p.lost = fault.New(fault.Unknown, "cut", "The connection was cut.")
		_, err = sh.Label(ctx, s.ID, shipping.MakeLabel{})
		require.ErrorIs(t, err, fault.Unknown)
		now, err := sh.Shipment(ctx, s.ID)
		require.NoError(t, err)
		require.Equal(t, shipping.Labelling, now.State())
		_, err = sh.Cancel(ctx, s.ID, shipping.Cancel{})
		require.ErrorIs(t, err, fault.Conflict, "there may be a label")
		p.lost = nil
		_, err = sh.Label(ctx, s.ID, shipping.MakeLabel{})
		require.ErrorIs(t, err, shipping.ErrLabelling)
		sh.clock.Advance(shipping.LabelLease)
		now, err = sh.Label(ctx, s.ID, shipping.MakeLabel{})
		require.NoError(t, err)
		require.Equal(t, "P1", now.Number)
		require.Len(t, p.labels, 1)
	})
}

func TestALabelThatIsRefused(t *testing.T) {
	t.Parallel()
	eachPost(t, func(t *testing.T, sh shop, p *post) {
		ctx := t.Context()
		s, err := sh.Create(ctx, request("post"))
		require.NoError(t, err)
		for _, kind := range []fault.Kind{fault.Declined, fault.Invalid, fault.Unavailable} {
			p.failing = fault.New(kind, "no", "No.")
			_, err = sh.Label(ctx, s.ID, shipping.MakeLabel{})
			require.ErrorIs(t, err, kind)
			now, err := sh.Shipment(ctx, s.ID)
			require.NoError(t, err)
			require.Equal(t, shipping.Planned, now.State())
		}
		p.failing, p.labels = nil, map[string]shipping.Label{s.ID.String(): {Number: "P1"}}
		_, err = sh.Label(ctx, s.ID, shipping.MakeLabel{})
		require.ErrorIs(t, err, shipping.ErrBadLabel)
		for carrier, want := range map[string]error{"dhl": shipping.ErrNoCarrier, "mute": shipping.ErrNoPower} {
			x, err := sh.Create(ctx, request(carrier))
			require.NoError(t, err)
			_, err = sh.Label(ctx, x.ID, shipping.MakeLabel{})
			require.ErrorIs(t, err, want)
			_, err = sh.Refresh(ctx, x.ID)
			require.ErrorIs(t, err, want)
		}
	})
}

func TestCarriersTell(t *testing.T) {
	t.Parallel()
	eachPost(t, func(t *testing.T, sh shop, p *post) {
		ctx := t.Context()
		ours, err := sh.Create(ctx, shipping.Create{Owner: "fu_1", Carrier: "post", Number: "P7"})
		require.NoError(t, err)
		theirs, err := sh.Create(ctx, shipping.Create{Owner: "fu_1", Carrier: "mute", Number: "P7"})
		require.NoError(t, err)
		_, err = sh.Refresh(ctx, ours.ID)
		require.ErrorIs(t, err, fault.NotFound)
		p.tracked = map[string][]shipping.Happening{"P7": {told(shipping.Delivered, 5)}}

		_, err = sh.TakeNotice(ctx, "post", shipping.Notice{Body: []byte("forged")})
		require.ErrorIs(t, err, fault.Denied)
		p.tidings = []shipping.Tidings{{Number: "x9"}, {Number: "p 7", Happenings: []shipping.Happening{told(shipping.Lost, 9)}}}
		got, err := sh.TakeNotice(ctx, "post", shipping.Notice{Body: []byte("authentic")})
		require.ErrorIs(t, err, shipping.ErrNoShipment, "the carrier shall send it again")
		require.Len(t, got, 1)
		require.Equal(t, shipping.Delivered, got[0].Status(), "who can be asked is asked")
		p.tidings = append(p.tidings[1:], shipping.Tidings{Number: "P7"})
		got, err = sh.TakeNotice(ctx, "mute", shipping.Notice{Body: []byte("authentic")})
		require.NoError(t, err)
		require.Len(t, got, 2)
		require.Equal(t, theirs.ID, got[0].ID)
		require.Equal(t, shipping.Lost, got[0].Status())
		_, err = sh.TakeNotice(ctx, "dhl", shipping.Notice{})
		require.ErrorIs(t, err, shipping.ErrNoCarrier)
		now, err := sh.Refresh(ctx, ours.ID)
		require.NoError(t, err)
		require.Equal(t, got[0].ID, theirs.ID)
		require.Equal(t, shipping.Delivered, now.Status())
		require.ErrorIs(t, shipping.ErrNoPower, fault.Unsupported)
	})
}
