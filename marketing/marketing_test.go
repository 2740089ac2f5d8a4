package marketing_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/event"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/kernel/page"
	"github.com/kontor-go/kontor/marketing"
)

func noon() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

// golden compares got with a file, or writes the file if UPDATE_GOLDEN is set.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if os.Getenv("UPDATE_GOLDEN") != "" {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

func TestTheMachinesAreSoundAndDrawn(t *testing.T) {
	t.Parallel()
	require.NoError(t, marketing.BasketLifecycle().Check())
	golden(t, "basket.mmd", marketing.BasketLifecycle().Mermaid())
	require.NoError(t, marketing.CampaignLifecycle().Check())
	golden(t, "campaign.mmd", marketing.CampaignLifecycle().Mermaid())
}

func TestEventsKeepTheirForm(t *testing.T) {
	t.Parallel()
	campaign, segment := marketing.CampaignIDFrom(uuid.UUID{15: 1}), marketing.SegmentIDFrom(uuid.UUID{15: 2})
	for _, p := range []event.Payload{
		marketing.ConsentAsked{Topic: newsletter(), N: 1},
		marketing.ConsentGiven{Topic: newsletter(), N: 2},
		marketing.ConsentWithdrawn{Topic: newsletter(), N: 3},
		marketing.AddressSuppressed{Channel: marketing.Email, Address: "eva@shop.example", Reason: "bounced"},
		marketing.SuppressionLifted{Channel: marketing.Email, Address: "eva@shop.example", Reason: "new mailbox"},
		marketing.ReminderDue{Cart: "ca_1", At: noon()},
		marketing.Reminded{Cart: "ca_1", Address: "eva@shop.example"},
		marketing.ReminderWithheld{Cart: "ca_1", Reason: marketing.NoConsent},
		marketing.Recovered{Cart: "ca_1", Order: "or_1"},
		marketing.SegmentDefined{Segment: segment, Name: "Lapsed"},
		marketing.SegmentRedefined{Segment: segment, Name: "Lapsed"},
		marketing.CampaignDrafted{Campaign: campaign, Name: "March"},
		marketing.CampaignScheduled{Campaign: campaign, At: noon()},
		marketing.CampaignStarted{Campaign: campaign},
		marketing.CampaignSent{Campaign: campaign, Queued: 2, Withheld: 1},
		marketing.CampaignCancelled{Campaign: campaign, Reason: "wrong price"},
		marketing.CampaignDue{Campaign: campaign, Step: 3},
	} {
		b, err := json.MarshalIndent(p, "", "  ")
		require.NoError(t, err)
		golden(t, "events/"+p.EventName()+".json", string(b)+"\n")
	}
}

func newsletter() marketing.Topic {
	return marketing.Topic{Channel: marketing.Email, Address: "eva@shop.example", Purpose: marketing.Newsletter}
}

func TestBasketsAndCampaignsSurviveJSON(t *testing.T) {
	t.Parallel()
	b, err := marketing.RestoreBasket(marketing.Basket{
		Cart: "ca_1", Address: "eva@shop.example", Lines: []marketing.BasketLine{{SKU: "TEE", Title: "Tee", Quantity: 1}},
		Total: money.EUR(1999), ChangedAt: noon(), Version: 2,
	}, marketing.BasketReminded)
	require.NoError(t, err)
	text, err := json.Marshal(b)
	require.NoError(t, err)
	var b2 marketing.Basket
	require.NoError(t, json.Unmarshal(text, &b2))
	require.Equal(t, b, b2)
	require.ErrorIs(t, json.Unmarshal([]byte(`{"status":"lost"}`), &b2), fault.Internal)

	g, err := marketing.RestoreCampaign(marketing.Campaign{
		ID: marketing.CampaignIDFrom(uuid.UUID{15: 1}), Content: marketing.Content{Name: "March", Title: "Hello"}, At: noon(),
		Rule: marketing.Rule{Country: []string{"DE"}}, Step: 3, Version: 4,
	}, marketing.CampaignSending)
	require.NoError(t, err)
	text, err = json.Marshal(g)
	require.NoError(t, err)
	var g2 marketing.Campaign
	require.NoError(t, json.Unmarshal(text, &g2))
	require.Equal(t, g, g2)
	require.ErrorIs(t, json.Unmarshal([]byte(`{"status":"lost"}`), &g2), fault.Internal)
}

func TestHeadersOfOneClick(t *testing.T) {
	t.Parallel()
	hs, err := marketing.OneClick("https://shop.example/unsubscribe?t=abc")
	require.NoError(t, err)
	require.Equal(t, []marketing.Header{
		{Name: "List-Unsubscribe", Value: "<https://shop.example/unsubscribe?t=abc>"},
		{Name: "List-Unsubscribe-Post", Value: "List-Unsubscribe=One-Click"},
	}, hs)
	for _, bad := range []string{
		"", "http://shop.example/", "mailto:x@shop.example", "https://", "https://shop.example/\r\nBcc: x", "https://shop.example/>,<",
		"https://shop.example/" + strings.Repeat("a", 900),
	} {
		_, err := marketing.OneClick(bad)
		require.ErrorIs(t, err, fault.Invalid, bad)
	}
}

// deaf is a service whose store is never reached: wrong input ends before it.
func deaf(t *testing.T) *marketing.Service {
	t.Helper()
	cursors, err := page.NewCodec([]byte("0123456789abcdef"))
	require.NoError(t, err)
	tokens, err := marketing.NewTokens([]byte("0123456789abcdef"), "shop")
	require.NoError(t, err)
	s, err := marketing.NewService(marketing.Deps{
		Clock: clock.NewManual(noon()), NewID: func() uuid.UUID { return uuid.UUID{15: 1} }, Cursors: cursors, Tokens: tokens,
	})
	require.NoError(t, err)
	return s
}

func refused(t *testing.T, field string, errs ...error) {
	t.Helper()
	for _, err := range errs {
		require.ErrorIs(t, err, fault.Invalid)
		paths := []string{}
		for _, f := range fault.FieldsOf(err) {
			paths = append(paths, f.Path)
		}
		require.Contains(t, paths, field)
	}
}

func second[T any](_ T, err error) error { return err }

func badTexts() []string { return []string{"a\x00b", "a\xffb", "a\u202eb", strings.Repeat("ä", 600)} }

func TestWrongAddressesAreRefused(t *testing.T) {
	t.Parallel()
	s, ctx := deaf(t), t.Context()
	proof := marketing.Proof{Method: "form", Wording: "w1"}
	with := func(x marketing.Topic) []error {
		return []error{
			second(s.Ask(ctx, marketing.Ask{Topic: x, Proof: proof})), second(s.AskTx(ctx, nil, marketing.Ask{Topic: x, Proof: proof})),
			second(s.Give(ctx, marketing.Give{Topic: x, Proof: proof})), second(s.GiveTx(ctx, nil, marketing.Give{Topic: x, Proof: proof})),
			second(s.Withdraw(ctx, marketing.Withdraw{Topic: x, Proof: proof})),
			second(s.WithdrawTx(ctx, nil, marketing.Withdraw{Topic: x, Proof: proof})),
		}
	}
	for _, bad := range append(badTexts(), "", "eva", "eva@", "@shop.example", "e va@shop.example", strings.Repeat("a", 250)+"@x.example") {
		x := newsletter()
		x.Address = bad
		refused(t, "topic.address", with(x)...)
		refused(t, "address", second(s.Suppress(ctx, marketing.Suppress{Channel: marketing.Email, Address: bad, Reason: "x"})),
			second(s.Lift(ctx, marketing.Lift{Channel: marketing.Email, Address: bad, Reason: "x"})),
			second(s.Permit(ctx, x)), second(s.History(ctx, marketing.Email, bad)))
		if bad != "" {
			refused(t, "address", second(s.Watch(ctx, "ca_1", marketing.Watch{Address: bad, ChangedAt: noon()})))
		}
	}
	for _, bad := range []string{"", "4915112345678", "+0115112345678", "+49", "+49151123456781234567", "+49151a2345678"} {
		refused(t, "topic.address", with(marketing.Topic{Channel: marketing.SMS, Address: bad, Purpose: "news"})...)
	}
	for _, bad := range []marketing.Purpose{"", "News", "a b", "ä", marketing.Purpose(strings.Repeat("a", 41))} {
		x := newsletter()
		x.Purpose = bad
		refused(t, "topic.purpose", with(x)...)
	}
	x := newsletter()
	x.Channel = "pigeon"
	refused(t, "topic.channel", with(x)...)
	refused(t, "channel", second(s.Suppress(ctx, marketing.Suppress{Channel: "pigeon", Address: "x", Reason: "x"})))
}

func TestWrongProofsAndMetaAreRefused(t *testing.T) {
	t.Parallel()
	s, ctx, x := deaf(t), t.Context(), newsletter()
	for _, bad := range append(badTexts(), "") {
		refused(t, "proof.method", second(s.Give(ctx, marketing.Give{Topic: x, Proof: marketing.Proof{Method: bad, Wording: "w"}})))
		refused(t, "proof.wording", second(s.Give(ctx, marketing.Give{Topic: x, Proof: marketing.Proof{Method: "form", Wording: bad}})),
			second(s.Ask(ctx, marketing.Ask{Topic: x, Proof: marketing.Proof{Method: "form", Wording: bad}})))
		refused(t, "reason", second(s.Suppress(ctx, marketing.Suppress{Channel: marketing.Email, Address: x.Address, Reason: bad})),
			second(s.Lift(ctx, marketing.Lift{Channel: marketing.Email, Address: x.Address, Reason: bad})),
			second(s.Cancel(ctx, marketing.CampaignID{}, marketing.Stop{Reason: bad})))
	}
	for _, bad := range badTexts() {
		refused(t, "source", second(s.Confirm(ctx, "x", marketing.Confirm{Source: bad})),
			second(s.Unsubscribe(ctx, "x", marketing.Unsubscribe{Source: bad})))
		refused(t, "contact.name", second(s.Give(ctx, marketing.Give{
			Topic: x, Proof: marketing.Proof{Method: "form", Wording: "w"}, Contact: marketing.Contact{Name: bad},
		})))
	}
	m := op.Meta{Key: "a\x00b", IfVersion: 1}
	for _, field := range []string{"key", "if_version"} {
		refused(t, field, second(s.Give(ctx, marketing.Give{Meta: m})), second(s.Ask(ctx, marketing.Ask{Meta: m})),
			second(s.Withdraw(ctx, marketing.Withdraw{Meta: m})), second(s.Suppress(ctx, marketing.Suppress{Meta: m})),
			second(s.Lift(ctx, marketing.Lift{Meta: m})), second(s.Confirm(ctx, "", marketing.Confirm{Meta: m})),
			second(s.Unsubscribe(ctx, "", marketing.Unsubscribe{Meta: m})), second(s.Record(ctx, marketing.Record{Meta: m})),
			second(s.Watch(ctx, "ca_1", marketing.Watch{Meta: m})), second(s.Close(ctx, "ca_1", marketing.Close{Meta: m})),
			second(s.Remind(ctx, "ca_1", marketing.Remind{Meta: m})), second(s.Define(ctx, marketing.Define{Meta: m})),
			second(s.Draft(ctx, marketing.Draft{Meta: m})),
			second(s.Proceed(ctx, marketing.CampaignID{}, marketing.Proceed{Meta: m})))
	}
	negative := op.Meta{IfVersion: -1}
	refused(t, "if_version", second(s.Redefine(ctx, marketing.SegmentID{}, marketing.Redefine{Meta: negative})),
		second(s.Revise(ctx, marketing.CampaignID{}, marketing.Revise{Meta: negative})),
		second(s.Schedule(ctx, marketing.CampaignID{}, marketing.Schedule{Meta: negative})),
		second(s.Cancel(ctx, marketing.CampaignID{}, marketing.Stop{Meta: negative, Reason: "x"})))
}

func TestWrongPurchasesAndCartsAreRefused(t *testing.T) {
	t.Parallel()
	s, ctx := deaf(t), t.Context()
	good := marketing.Purchase{Order: "or_1", Version: 1, At: noon(), Total: money.EUR(1), Lines: []marketing.PurchaseLine{{SKU: "A", Quantity: 1}}}
	with := func(change func(p *marketing.Purchase)) []error {
		p := good
		p.Lines = append([]marketing.PurchaseLine{}, good.Lines...)
		change(&p)
		return []error{second(s.Record(ctx, marketing.Record{Purchase: p})), second(s.RecordTx(ctx, nil, marketing.Record{Purchase: p}))}
	}
	refused(t, "purchase.order", with(func(p *marketing.Purchase) { p.Order = "" })...)
	refused(t, "purchase.version", with(func(p *marketing.Purchase) { p.Version = 0 })...)
	refused(t, "purchase.at", with(func(p *marketing.Purchase) { p.At = time.Time{} })...)
	refused(t, "purchase.address", with(func(p *marketing.Purchase) { p.Address = "eva" })...)
	refused(t, "purchase.total", with(func(p *marketing.Purchase) { p.Total = money.EUR(-1) })...)
	refused(t, "purchase.total", with(func(p *marketing.Purchase) { p.Total = money.Amount{} })...)
	refused(t, "purchase.lines", with(func(p *marketing.Purchase) { p.Lines = make([]marketing.PurchaseLine, 501) })...)
	refused(t, "purchase.lines[0].sku", with(func(p *marketing.Purchase) { p.Lines[0].SKU = "" })...)
	for _, n := range []int{0, -1, 1_000_000_000} {
		refused(t, "purchase.lines[0].quantity", with(func(p *marketing.Purchase) { p.Lines[0].Quantity = n })...)
	}
	refused(t, "purchase.lines[0].categories", with(func(p *marketing.Purchase) { p.Lines[0].Categories = make([]string, 21) })...)

	line := marketing.BasketLine{SKU: "A", Title: "Tee", Quantity: 1}
	refused(t, "cart", second(s.Watch(ctx, "", marketing.Watch{ChangedAt: noon()})), second(s.Close(ctx, "", marketing.Close{})),
		second(s.Remind(ctx, "", marketing.Remind{})), second(s.Basket(ctx, "")))
	refused(t, "changed_at", second(s.Watch(ctx, "ca_1", marketing.Watch{})))
	refused(t, "total", second(s.Watch(ctx, "ca_1", marketing.Watch{ChangedAt: noon(), Lines: []marketing.BasketLine{line}})))
	refused(t, "locale", second(s.Watch(ctx, "ca_1", marketing.Watch{ChangedAt: noon(), Locale: "de_AT"})))
	line.Quantity = 0
	refused(t, "lines[0].quantity", second(s.WatchTx(ctx, nil, "ca_1", marketing.Watch{ChangedAt: noon(), Lines: []marketing.BasketLine{line}})))
	line.Title = ""
	refused(t, "lines[0].title", second(s.Watch(ctx, "ca_1", marketing.Watch{ChangedAt: noon(), Lines: []marketing.BasketLine{line}})))
	refused(t, "order", second(s.Purchase(ctx, "")), second(s.Close(ctx, "ca_1", marketing.Close{Order: "a\x00"})))
	refused(t, "sku", second(s.BoughtTogether(ctx, marketing.Alongside{})))
	refused(t, "limit", second(s.BoughtTogether(ctx, marketing.Alongside{SKU: "A", Limit: 51})))
	refused(t, "at_least", second(s.BoughtTogether(ctx, marketing.Alongside{SKU: "A", AtLeast: -1})))
}

func TestWrongCampaignsAndSegmentsAreRefused(t *testing.T) {
	t.Parallel()
	s, ctx := deaf(t), t.Context()
	good := marketing.Content{Name: "March", Segment: marketing.SegmentIDFrom(uuid.UUID{15: 1}), Title: "Hello", Text: "Hi"}
	for field, change := range map[string]func(k *marketing.Content){
		"name":     func(k *marketing.Content) { k.Name = "" },
		"segment":  func(k *marketing.Content) { k.Segment = marketing.SegmentID{} },
		"purpose":  func(k *marketing.Content) { k.Purpose = "A" },
		"template": func(k *marketing.Content) { k.Template = "../x" },
		"title":    func(k *marketing.Content) { k.Title = "a\r\nBcc: x" },
		"text":     func(k *marketing.Content) { k.Text = "" },
	} {
		k := good
		change(&k)
		refused(t, field, second(s.Draft(ctx, marketing.Draft{Content: k})), second(s.DraftTx(ctx, nil, marketing.Draft{Content: k})),
			second(s.Revise(ctx, marketing.CampaignID{}, marketing.Revise{Content: k})))
	}
	refused(t, "at", second(s.Schedule(ctx, marketing.CampaignID{}, marketing.Schedule{At: time.Date(1960, 1, 1, 0, 0, 0, 0, time.UTC)})))
	refused(t, "name", second(s.Define(ctx, marketing.Define{Rule: marketing.Rule{Everyone: true}})))
	refused(t, "rule", second(s.Define(ctx, marketing.Define{Name: "x"})),
		second(s.Redefine(ctx, marketing.SegmentID{}, marketing.Redefine{Name: "x"})),
		second(s.Members(ctx, marketing.Rule{}, page.Request{})), second(s.Count(ctx, marketing.Rule{})))
	refused(t, "limit", second(s.Members(ctx, marketing.Rule{Everyone: true}, page.Request{Limit: 101})),
		second(s.Segments(ctx, page.Request{Limit: -1})), second(s.Campaigns(ctx, page.Request{Limit: 101})),
		second(s.Recipients(ctx, marketing.CampaignID{}, page.Request{Limit: 101})))
	refused(t, "cursor", second(s.Segments(ctx, page.Request{Cursor: "abc"})), second(s.Campaigns(ctx, page.Request{Cursor: "abc"})))
}

func TestSettingsAreChecked(t *testing.T) {
	t.Parallel()
	for field, d := range map[string]marketing.Deps{
		"remind_after": {RemindAfter: -1},
		"cap.messages": {Cap: marketing.Cap{Messages: 101, Within: 1}},
		"cap.within":   {Cap: marketing.Cap{Messages: 1}},
	} {
		refused(t, field, second(marketing.NewService(d)))
	}
	refused(t, "secret", second(marketing.NewTokens([]byte("short"), "")))
}

func TestTokensAreSealedAndBound(t *testing.T) {
	t.Parallel()
	s := deaf(t)
	e := marketing.Entry{Topic: newsletter(), N: 1, State: marketing.Pending, At: noon()}
	confirm, err := s.ConfirmToken(e)
	require.NoError(t, err)
	again, err := s.ConfirmToken(e)
	require.NoError(t, err)
	require.Equal(t, confirm, again)
	require.Regexp(t, `^[A-Za-z0-9_-]{20,400}$`, confirm)
	e.N = 2
	other, err := s.ConfirmToken(e)
	require.NoError(t, err)
	require.NotEqual(t, confirm, other)
	unsubscribe, err := s.UnsubscribeToken(newsletter())
	require.NoError(t, err)
	require.NotEqual(t, confirm, unsubscribe)
	refused(t, "address", second(s.UnsubscribeToken(marketing.Topic{Channel: marketing.Email, Purpose: "x"})))
	none, err := marketing.NewService(marketing.Deps{})
	require.NoError(t, err)
	refused(t, "secret", second(none.UnsubscribeToken(newsletter())))
}
