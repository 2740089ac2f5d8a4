package paymentrows_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/lifecycle"
	"github.com/kontor-go/kontor/kernel/money"
	"github.com/kontor-go/kontor/kernel/op"
	"github.com/kontor-go/kontor/payment"
)

// badTexts are texts no field takes.
func badTexts() map[string]string {
	return map[string]string{"not_utf8": "a\xff", "control_character": "a\x00b", "too_long": strings.Repeat("x", 2001)}
}

func TestRefusedInputOfOpen(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, x *shop) {
		ctx := t.Context()
		good := payment.Open{Subject: "or_1", Method: "card", Amount: money.EUR(1_00)}
		cases := map[string]struct {
			field, code string
			spoil       func(*payment.Open)
		}{
			"no subject":       {"subject", "required", func(o *payment.Open) { o.Subject = "" }},
			"no method":        {"method", "unknown", func(o *payment.Open) { o.Method = "" }},
			"unknown method":   {"method", "unknown", func(o *payment.Open) { o.Method = "gold" }},
			"no amount":        {"amount", "currency_mismatch", func(o *payment.Open) { o.Amount = money.Amount{} }},
			"zero":             {"amount", "out_of_range", func(o *payment.Open) { o.Amount = money.EUR(0) }},
			"negative":         {"amount", "out_of_range", func(o *payment.Open) { o.Amount = money.EUR(-1) }},
			"beyond the limit": {"amount", "amount_overflow", func(o *payment.Open) { o.Amount = money.EUR(money.Limit + 1) }},
			"free but not":     {"amount", "out_of_range", func(o *payment.Open) { o.Method = payment.Free }},
			"relative url":     {"details.return_url", "not_a_url", func(o *payment.Open) { o.Details.ReturnURL = "/back" }},
			"key":              {"key", "not_ascii", func(o *payment.Open) { o.Key = "é" }},
			"actor":            {"by.kind", "unknown", func(o *payment.Open) { o.By.Kind = "robot" }},
		}
		for code, text := range badTexts() {
			for field, spoil := range map[string]func(*payment.Open){
				"subject":             func(o *payment.Open) { o.Subject = text },
				"details.token":       func(o *payment.Open) { o.Details.Token = text },
				"details.description": func(o *payment.Open) { o.Details.Description = text },
				"details.cancel_url":  func(o *payment.Open) { o.Details.CancelURL = text },
			} {
				cases[field+" "+code] = struct {
					field, code string
					spoil       func(*payment.Open)
				}{field, code, spoil}
			}
		}
		for name, c := range cases {
			bad := good
			c.spoil(&bad)
			for _, err := range []error{second(x.Begin(ctx, bad)), second(x.OpenLocal(ctx, bad))} {
				require.ErrorIs(t, err, fault.Invalid, name)
				require.Equal(t, "payment.open", fault.CodeOf(err), name)
				require.Equal(t, c.field, fault.FieldsOf(err)[0].Path, name)
				require.Equal(t, c.code, fault.FieldsOf(err)[0].Code, name)
			}
		}
		require.ErrorIs(t, second(x.Begin(ctx, payment.Open{Subject: "or_1", Method: "cod", Amount: money.EUR(1)})), payment.ErrNotRemote)
		require.ErrorIs(t, second(x.OpenLocal(ctx, good)), payment.ErrNotLocal)
		ps, err := x.BySubject(ctx, "or_1")
		require.NoError(t, err)
		require.Empty(t, ps, "nothing was saved")
	})
}

func TestRefusedInputOfCaptureVoidAndRefund(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, x *shop) {
		ctx := t.Context()
		held, paid := x.authorized(ctx, t, money.EUR(10_00)), x.captured(ctx, t, money.EUR(10_00))
		capture := func(r payment.Capture) error { return second(x.Capture(ctx, held.ID, r)) }
		refund := func(r payment.GiveBack) error { return second(x.Refund(ctx, paid.ID, r)) }
		for name, c := range map[string]struct {
			field, code string
			err         error
		}{
			"capture negative":       {"amount", "out_of_range", capture(payment.Capture{Amount: money.EUR(-1)})},
			"capture zero":           {"amount", "out_of_range", capture(payment.Capture{Amount: money.EUR(0)})},
			"capture other currency": {"amount", "currency_mismatch", capture(payment.Capture{Amount: money.USD(1)})},
			"capture too much":       {"amount", "amount_overflow", capture(payment.Capture{Amount: money.EUR(money.Limit + 1)})},
			"capture reference":      {"reference", "control_character", capture(payment.Capture{Reference: "a\x00"})},
			"capture key":            {"key", "too_long", capture(payment.Capture{Meta: op.Meta{Key: strings.Repeat("k", 256)}})},
			"capture version":        {"if_version", "out_of_range", capture(payment.Capture{Meta: op.Meta{IfVersion: -1}})},
			"refund negative":        {"amount", "out_of_range", refund(payment.GiveBack{Amount: money.EUR(-1)})},
			"refund zero":            {"amount", "out_of_range", refund(payment.GiveBack{Amount: money.EUR(0)})},
			"refund other currency":  {"amount", "currency_mismatch", refund(payment.GiveBack{Amount: money.USD(1)})},
			"refund reason":          {"reason", "too_long", refund(payment.GiveBack{Reason: strings.Repeat("x", 201)})},
			"refund reference":       {"reference", "not_utf8", refund(payment.GiveBack{Reference: "\xff"})},
			"void reason":            {"reason", "not_utf8", second(x.Void(ctx, held.ID, payment.Void{Reason: "\xff"}))},
			"resume key":             {"key", "not_ascii", second(x.Resume(ctx, held.ID, payment.Resume{Meta: op.Meta{Key: "\n"}}))},
			"retry reference":        {"reference", "not_utf8", second(x.RetryRefund(ctx, payment.RefundID{}, payment.RetryRefund{Reference: "\xff"}))},
		} {
			require.ErrorIs(t, c.err, fault.Invalid, name)
			require.Equal(t, c.field, fault.FieldsOf(c.err)[0].Path, name)
			require.Equal(t, c.code, fault.FieldsOf(c.err)[0].Code, name)
		}
		stale := op.Meta{IfVersion: 99}
		for name, c := range map[string]struct {
			code string
			err  error
		}{
			"capture more":     {"payment_exceeds_authorized", capture(payment.Capture{Amount: money.EUR(10_01)})},
			"refund more":      {"payment_exceeds_captured", refund(payment.GiveBack{Amount: money.EUR(10_01)})},
			"refund of held":   {"payment_exceeds_captured", second(x.Refund(ctx, held.ID, payment.GiveBack{}))},
			"capture stale":    {fault.StaleVersion, capture(payment.Capture{Meta: stale})},
			"refund stale":     {fault.StaleVersion, refund(payment.GiveBack{Meta: stale})},
			"void stale":       {fault.StaleVersion, second(x.Void(ctx, held.ID, payment.Void{Meta: stale}))},
			"resume stale":     {fault.StaleVersion, second(x.Resume(ctx, held.ID, payment.Resume{Meta: stale}))},
			"capture captured": {lifecycle.CodeForbidden, second(x.Capture(ctx, paid.ID, payment.Capture{}))},
			"void captured":    {lifecycle.CodeForbidden, second(x.Void(ctx, paid.ID, payment.Void{}))},
		} {
			require.ErrorIs(t, c.err, fault.Conflict, name)
			require.Equal(t, c.code, fault.CodeOf(c.err), name)
		}
		var nobody payment.ID
		for name, err := range map[string]error{
			"payment":          second(x.Payment(ctx, nobody)),
			"authorize":        second(x.Authorize(ctx, nobody)),
			"capture":          second(x.Capture(ctx, nobody, payment.Capture{})),
			"void":             second(x.Void(ctx, nobody, payment.Void{})),
			"refund":           second(x.Refund(ctx, nobody, payment.GiveBack{})),
			"resume":           second(x.Resume(ctx, nobody, payment.Resume{})),
			"reconcile":        second(x.Reconcile(ctx, nobody)),
			"reconcile refund": second(x.ReconcileRefund(ctx, payment.RefundID{})),
			"retry refund":     second(x.RetryRefund(ctx, payment.RefundID{}, payment.RetryRefund{})),
			"refund by id":     second(x.RefundByID(ctx, payment.RefundID{})),
		} {
			require.ErrorIs(t, err, fault.NotFound, name)
		}
		require.Equal(t, held, x.again(ctx, t, held.ID), "nothing changed")
		require.Equal(t, paid, x.again(ctx, t, paid.ID), "nothing changed")
	})
}

func TestMethodsThatCannotWorkAreRefusedTogether(t *testing.T) {
	t.Parallel()
	_, err := payment.NewService(payment.Deps{
		Methods: payment.Methods{"card": only{}, "Bad Key": nil, "none": nil, payment.Free: only{}, "half": holds{}},
		Moments: map[string]payment.Moment{"card": payment.MomentLater, "gone": payment.MomentAtOnce, "half": "someday"},
	})
	require.ErrorIs(t, err, fault.Invalid)
	var found []string
	for _, f := range fault.FieldsOf(err) {
		found = append(found, f.Path+" "+f.Code)
	}
	require.Equal(t, []string{
		"methods.Bad Key bad_key", "methods.Bad Key required",
		"methods.card cannot_capture", "methods.card cannot_refund",
		"methods.free bad_key", "methods.free cannot_refund",
		"methods.half cannot_void", "methods.half cannot_refund",
		"methods.none required",
		"moments.gone unknown", "moments.half unknown",
	}, found)
}

// only is a provider without powers; holds can capture and nothing else.
type (
	only  struct{ payment.Offline }
	holds struct {
		payment.Offline
		payment.Capturer
	}
)

func TestFreeNeedsNoProvider(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, x *shop) {
		ctx := t.Context()
		p, err := x.OpenLocal(ctx, payment.Open{Subject: "or_1", Method: payment.Free, Amount: money.EUR(0)})
		require.NoError(t, err)
		require.True(t, p.Covers())
		require.Equal(t, payment.StatusCaptured, p.Status())
		x.sound(ctx, t)
	})
}
