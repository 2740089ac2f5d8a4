// Package notificationtest is the contract of a notification.Notifier as a
// suite, and a Notifier in memory that does what a test says.
//
//	func TestNotifier(t *testing.T) {
//		t.Parallel()
//		notificationtest.Run(t, func(t *testing.T) notificationtest.Harness { ... })
//	}
package notificationtest
