using WampRouter.Client.Serialization;
using WampRouter.Wire;

namespace WampRouter.Client.Sessions;

/// <summary>
/// A session's way in: takes every message apart and never runs user code: events, invocations and replies are handed to pumps and to the tasks that wait for
/// them. Read loop only.
/// </summary>
internal sealed class Inbox(Session session, WampClientOptions options, ISessionOwner owner, WireFormat format)
{
    /// <summary>Handles one message. Returns why the session is over, if it is.</summary>
    public WampConnectionException? Take(ReadOnlySpan<byte> frame)
    {
        var reading = MessageReader.Read(format, frame, out var message, out var fault);
        if (reading is Reading.Broken)
        {
            return Violation(fault!);
        }

        if (session.IsClosing && message.Code is not (MessageCode.Goodbye or MessageCode.Abort))
        {
            return null;
        }

        switch (message.Code)
        {
            case MessageCode.Event or MessageCode.Invocation or MessageCode.Result or MessageCode.Error when reading is Reading.Unfit:
                return TakeUnfit(message, fault!) ? null : AnswersNothing(message);
            case MessageCode.Event:
                Deliver(message);
                return null;
            case MessageCode.Invocation:
                return session.Invocations.Dispatch(message) is { } repeated ? Violation(repeated) : null;
            case MessageCode.Interrupt:
                session.Invocations.Interrupt(message.Request);
                return null;
            case MessageCode.Unsubscribed or MessageCode.Unregistered when message.Request == 0:
                Revoke(message);
                return null;
            case MessageCode.Result or MessageCode.Error or MessageCode.Published or MessageCode.Subscribed or MessageCode.Unsubscribed
                or MessageCode.Registered or MessageCode.Unregistered:
                return Complete(message) || TryTakeRefusedPublish(message) ? null : AnswersNothing(message);
            case MessageCode.Goodbye or MessageCode.Abort:
                return Farewell(message);
            default:
                return Violation($"{message.Code} is not for a client that has joined");
        }
    }

    private WampDetails DetailsOf(in WampMessage message) => new(format, message.Options, options.PayloadSerializer);

    private void Deliver(in WampMessage message)
    {
        // An unknown subscription is one that was left a moment ago.
        if (session.Subscriptions.TryGetValue(message.Subscription, out var subscription))
        {
            subscription.Deliver(new WampEvent(
                subscription.Topic, (long)message.Publication, DetailsOf(message), WampArguments.Of(message, options.PayloadSerializer, new(ArgumentRole.Event, subscription.Topic))));
        }
    }

    /// <summary>
    /// A message with content that cannot be read, such as half a surrogate pair, costs itself and not the session. Returns false where it answers nothing.
    /// </summary>
    private bool TakeUnfit(in WampMessage message, string fault)
    {
        switch (message.Code)
        {
            case MessageCode.Event:
                if (session.Subscriptions.TryGetValue(message.Subscription, out var subscription))
                {
                    owner.Report(WampBackgroundErrorKind.EventUnreadable, subscription.Topic, new WampException(WampErrorUri.InvalidArgument, $"An event of '{subscription.Topic}' was dropped, it cannot be read: {fault}."));
                }

                return true;
            case MessageCode.Invocation:
                session.Invocations.Refuse(message, $"The call cannot be read: {fault}.");
                return true;
            default:
                return TryFail(message, fault);
        }
    }

    private bool TryFail(in WampMessage reply, string fault)
    {
        if (!session.Pending.TryGetValue(reply.Request, out var pending) || (reply.Code == MessageCode.Error ? reply.RequestType : MessageCode.Call) != pending.Code)
        {
            return false;
        }

        pending.Misread(reply, fault);
        if (pending.IsLast(reply))
        {
            session.Pending.TryRemove(reply.Request, out _);
        }

        return true;
    }

    private void Revoke(in WampMessage message)
    {
        var details = DetailsOf(message);
        if (message.Code == MessageCode.Unsubscribed)
        {
            if (details.GetInteger("subscription") is { } id && session.Subscriptions.TryRemove((ulong)id, out var subscription))
            {
                owner.Revoked(subscription, Revocation.Of($"the subscription to '{subscription.Topic}'", details));
            }
        }
        else if (details.GetInteger("registration") is { } id && session.Invocations.Registrations.TryRemove((ulong)id, out var registration))
        {
            owner.Revoked(registration, Revocation.Of($"the registration of '{registration.Procedure}'", details));
        }
    }

    private bool Complete(in WampMessage message)
    {
        if (!session.Pending.TryGetValue(message.Request, out var pending)
            || (message.Code == MessageCode.Error && message.RequestType != pending.Code)
            || !pending.TryComplete(message, options.PayloadSerializer))
        {
            return false;
        }

        if (pending.IsLast(message))
        {
            session.Pending.TryRemove(message.Request, out _);
        }

        return true;
    }

    /// <summary>
    /// An ERROR for a PUBLISH that nobody waits for. Which of them it was is not kept: a router that follows the specification does not send it, so that it is not worth a
    /// table of all that was published.
    /// </summary>
    private bool TryTakeRefusedPublish(in WampMessage message)
    {
        if (message.Code != MessageCode.Error || message.RequestType != MessageCode.Publish || session.Pending.ContainsKey(message.Request) || !session.Outbox.HasSent(message.Request))
        {
            return false;
        }

        var refused = new PendingId(MessageCode.Publish, MessageCode.Published, "Publishing") { Table = session.Pending };
        owner.Report(WampBackgroundErrorKind.PublishRefused, session.Details.Realm, refused.Failure(message, options.PayloadSerializer));
        return true;
    }

    private WampConnectionException Farewell(in WampMessage message)
    {
        var reason = System.Text.Encoding.UTF8.GetString(message.Text);
        var text = DetailsOf(message).GetText("message");
        if (message.Code == MessageCode.Goodbye)
        {
            // After our own GOODBYE the outbox is closed: this one is its echo.
            session.Outbox.TryPost(new FarewellMessage(MessageCode.Goodbye, "wamp.close.goodbye_and_out"));
        }

        return new WampConnectionException(reason, text is null ? $"The router ended the session with {reason}." : $"The router ended the session with {reason}: {text}");
    }

    private WampConnectionException AnswersNothing(in WampMessage message) => Violation($"{message.Code} {message.Request} answers no request of this session");

    private WampConnectionException Violation(string what)
    {
        session.Outbox.TryPost(new FarewellMessage(MessageCode.Abort, WampErrorUri.ProtocolViolation, what));
        return WampConnectionException.Violation(what);
    }
}
