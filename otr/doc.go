// SPDX-License-Identifier: GPL-2.0-or-later

// Package otr implements Off-the-Record Messaging, versions 2 and 3, and experimentally
// version 4 as doc/otr4.md describes it.
//
// A [Session] holds everything between one local account and one peer. It does
// no I/O and starts no goroutines: give it what the user typed ([Session.Send])
// and what arrived ([Session.Receive]), then transmit [Output.Send] in order,
// handle [Output.Events] and show [Output.Message].
//
// Section names in comments refer to "Off-the-Record Messaging Protocol version
// 3", https://otr.cypherpunks.ca/Protocol-v3-4.1.1.html, unless a comment says
// v2. In code for version 4 they refer to its draft, https://github.com/otrv4/otrv4.
//
// This package decides what is encrypted and by which key. It does not decide
// whom to trust: compare [Secured].Fingerprint with your own records.
//
// A Session reads no clock but [Config].Now and has no timer: call
// [Session.Tick] when it says. It is not safe for concurrent use.
//
// Three invariants hold for all messages, in any order:
//
//  1. While a conversation is encrypted or finished, or the policy has
//     [RequireEncryption], no text given to [Session.Send] is sent unencrypted.
//     A channel stays in use until another key exchange has completed.
//  2. Text given to Send is sent, or held and later sent or returned, or refused
//     with an error while the caller still has it.
//  3. [Session.Status] is computed from the state that decides what Send does.
package otr
