package fulfillmenttest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/kontor-go/kontor/fulfillment"
	"github.com/kontor-go/kontor/fulfillment/fulfillmenttest"
	"github.com/kontor-go/kontor/kernel/tx"
)

func TestAWarehouseKeepsWhatItHasTakenOn(t *testing.T) {
	t.Parallel()
	var w fulfillmenttest.Warehouse
	w.Script(fulfillmenttest.LoseRequest, fulfillmenttest.LoseAnswer, fulfillmenttest.Accept, fulfillmenttest.Refuse)
	h := fulfillment.Handover{Key: "k"}
	_, err := w.Forward(t.Context(), h)
	require.ErrorIs(t, err, fulfillmenttest.ErrCut)
	out, err := w.Lookup(t.Context(), "k")
	require.NoError(t, err)
	require.Equal(t, fulfillment.OutcomeAbsent, out.State)
	_, err = w.Forward(t.Context(), h)
	require.ErrorIs(t, err, fulfillmenttest.ErrCut)
	out, err = w.Forward(t.Context(), h)
	require.NoError(t, err)
	require.Equal(t, fulfillment.Outcome{State: fulfillment.OutcomeAccepted, Reference: "wh-k"}, out)
	out, err = w.Forward(t.Context(), fulfillment.Handover{Key: "l"})
	require.NoError(t, err)
	require.Equal(t, fulfillment.OutcomeRefused, out.State)
	require.Equal(t, 1, w.Deliveries())
	require.Len(t, w.Asked(), 4)
	_, err = w.Forward(tx.Mark(t.Context()), h)
	require.ErrorIs(t, err, tx.ErrInUnit)
	_, err = w.Lookup(tx.Mark(t.Context()), "k")
	require.ErrorIs(t, err, tx.ErrInUnit)
}
