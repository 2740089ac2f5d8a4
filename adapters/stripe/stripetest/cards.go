package stripetest

// behaviour is what the buyer's bank does.
type behaviour struct {
	decline decline // no, if it has a code
	act     bool    // the buyer must act first
	later   bool    // it decides later
}

// decline is a no.
type decline struct{ code, reason string }

// behaviourOf returns what becomes of a payment method, and false if there is
// no such method.
func behaviourOf(method string) (behaviour, bool) {
	no := func(code, reason string) (behaviour, bool) {
		return behaviour{decline: decline{code, reason}}, true
	}
	switch method {
	case "pm_card_visa", "pm_card_mastercard", "pm_card_amex", "pm_card_de", "ctoken_visa":
		return behaviour{}, true
	case "pm_card_authenticationRequired", "pm_card_threeDSecure2Required":
		return behaviour{act: true}, true
	case "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds":
		return behaviour{act: true, decline: decline{"card_declined", "insufficient_funds"}}, true
	case "pm_usBankAccount":
		return behaviour{later: true}, true
	case "pm_card_chargeDeclined":
		return no("card_declined", "generic_decline")
	case "pm_card_chargeDeclinedInsufficientFunds", "pm_card_visa_chargeDeclinedInsufficientFunds":
		return no("card_declined", "insufficient_funds")
	case "pm_card_visa_chargeDeclinedLostCard":
		return no("card_declined", "lost_card")
	case "pm_card_visa_chargeDeclinedStolenCard":
		return no("card_declined", "stolen_card")
	case "pm_card_chargeDeclinedFraudulent":
		return no("card_declined", "fraudulent")
	case "pm_card_visa_chargeDeclinedVelocityLimitExceeded":
		return no("card_declined", "card_velocity_exceeded")
	case "pm_card_chargeDeclinedExpiredCard":
		return no("expired_card", "")
	case "pm_card_chargeDeclinedIncorrectCvc":
		return no("incorrect_cvc", "")
	case "pm_card_chargeDeclinedProcessingError":
		return no("processing_error", "")
	case "pm_card_chargeDeclinedAuthenticationRequired":
		return no("authentication_required", "authentication_required")
	default:
		return behaviour{}, false
	}
}

// planned puts the wishes of a plan over what a card does.
func (b behaviour) planned(p Plan) behaviour {
	if p.Decline {
		b.decline = decline{"card_declined", "generic_decline"}
	}
	b.act = b.act || p.Act
	b.later = b.later || p.Defer
	return b
}
