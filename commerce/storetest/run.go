package storetest

import (
	"maps"
	"testing"

	"github.com/kontor-go/kontor/commerce"
)

// Opener returns an empty store of its own for a test, which closes it.
type Opener func(t *testing.T) commerce.Store

// Run holds a store to its contract, in parallel subtests.
func Run(t *testing.T, open Opener) {
	t.Helper()
	all := suite()
	maps.Copy(all, termsSuite())
	maps.Copy(all, marketingSuite())
	for name, test := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open)
		})
	}
}

func suite() map[string]func(t *testing.T, open Opener) {
	return map[string]func(t *testing.T, open Opener){
		"a cart becomes a paid order":            cartToPaidOrder,
		"a key places one order":                 keyPlacesOnce,
		"an unpaid order lapses":                 unpaidLapses,
		"a cancelled order gives back":           cancelledGivesBack,
		"a card that is declined frees the cart": cardDeclined,
		"a card that is approved places":         cardApproved,
		"an unknown payment is settled later":    cardUnknown,
		"what costs nothing is placed":           freeOrder,
		"another total is refused":               anotherTotal,
		"placing refuses wrong input":            placeRefuses,
		"placing meets the shop as it is":        placeMeetsTheShop,
		"a hook may refuse":                      vetoIsHeard,
		"N buyers for M units get exactly M":     buyersForUnits,
		"opposite lock orders do not deadlock":   oppositeOrders,
		"one key sent at once places one order":  oneKeyManyRuns,
		"errors and panics roll back":            rollsBack,
		"rooms change in one unit":               roomsInOneUnit,
		"nested units and calls are refused":     nestedIsRefused,
		"a failed scope is forgotten":            failedScopeIsForgotten,
		"of two writers one wins":                twoWriters,
		"values come back equal":                 valuesComeBackEqual,
		"what is old is pruned":                  oldIsPruned,
		"what was read is guarded":               readIsGuarded,
		"an effect happens once":                 onceIsOnce,
		"tenants are apart":                      tenantsAreApart,
		"tenants are apart in every room":        roomsAreApart,
		"two relays keep the order of a subject": twoRelays,
		"late commits are delivered":             lateCommitsAreDelivered,
		"an order goes through all rooms":        wholeJourney,
		"a cancelled order leaves nothing":       cancelledLeavesNothing,
		"a lost refund is found out":             refundFoundOut,
		"a refund that is refused is seen":       refundRefused,
		"two payments give back":                 twoPayments,
		"goods that never come back expire":      neverCameBack,
		"messages keep no order back":            messagesGoOn,
	}
}
