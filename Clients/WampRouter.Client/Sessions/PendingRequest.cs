using System.Collections.Concurrent;
using WampRouter.Client.Serialization;
using WampRouter.Wire;

namespace WampRouter.Client.Sessions;

/// <summary>A request that waits for its reply. Completed by the read loop, or by the end of the session.</summary>
/// <param name="code">The request's message type: an ERROR names it.</param>
/// <param name="description">What was asked, for the message of an exception: "The call of 'com.example.add'".</param>
internal abstract class PendingRequest(MessageCode code, string description)
{
    public MessageCode Code { get; } = code;

    public ulong Request { get; private set; }

    protected string Description { get; } = description;

    /// <summary>The requests this one joins when it is sent.</summary>
    public required ConcurrentDictionary<ulong, PendingRequest> Table { private get; init; }

    /// <summary>Under the outbox's lock, before the message can leave.</summary>
    public void Assign(ulong request)
    {
        Request = request;
        Table[request] = this;
    }

    /// <summary>The reply came. Read loop only. Returns false when it does not answer this kind of request.</summary>
    public abstract bool TryComplete(in WampMessage reply, IWampPayloadSerializer serializer);

    /// <summary>Whether no reply follows this one.</summary>
    public virtual bool IsLast(in WampMessage reply) => true;

    public abstract void Fail(Exception exception);

    /// <summary>The reply came, but its content cannot be read. Read loop only.</summary>
    /// <param name="reply">Its ids, and its options as far as they could be read.</param>
    /// <param name="fault">What is wrong with it.</param>
    public virtual void Misread(in WampMessage reply, string fault) => Fail(MisreadFailure(reply, fault));

    /// <summary>What whoever asked is told then: the error the reply names, if that could be read.</summary>
    protected WampException MisreadFailure(in WampMessage reply, string fault) => reply.Code == MessageCode.Error && !reply.Text.IsEmpty
        ? new WampException(System.Text.Encoding.UTF8.GetString(reply.Text), $"{Description} failed, and why cannot be read: {fault}.")
        : new WampException(WampErrorUri.InvalidArgument, $"{Description} was answered, but the answer cannot be read: {fault}.");

    /// <summary>An ERROR as the exception of whoever asked.</summary>
    public WampException Failure(in WampMessage error, IWampPayloadSerializer serializer)
    {
        var uri = System.Text.Encoding.UTF8.GetString(error.Text);
        var arguments = WampArguments.Of(error, serializer, new(ArgumentRole.Error, uri));
        var text = arguments.FirstText() ?? new WampDetails(error.Payload.Format, error.Options, serializer).GetText("message");
        return new WampException(uri, text is null ? $"{Description} failed with {uri}." : $"{Description} failed with {uri}: {text}", arguments);
    }
}

/// <summary>SUBSCRIBE, UNSUBSCRIBE, REGISTER, UNREGISTER and an acknowledged PUBLISH: the reply is an id, or nothing.</summary>
internal sealed class PendingId(MessageCode code, MessageCode replyCode, string description) : PendingRequest(code, description)
{
    private readonly TaskCompletionSource<ulong> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<ulong> Reply => _reply.Task;

    /// <summary>Runs on the read loop before the next message is looked at: what follows SUBSCRIBED may be its first EVENT.</summary>
    public Action<ulong>? OnReply { private get; init; }

    public override bool TryComplete(in WampMessage reply, IWampPayloadSerializer serializer)
    {
        if (reply.Code == MessageCode.Error)
        {
            _reply.TrySetException(Failure(reply, serializer));
            return true;
        }

        if (reply.Code != replyCode)
        {
            return false;
        }

        var id = replyCode switch
        {
            MessageCode.Published => reply.Publication,
            MessageCode.Subscribed => reply.Subscription,
            MessageCode.Registered => reply.Registration,
            _ => 0UL,
        };
        OnReply?.Invoke(id);
        _reply.TrySetResult(id);
        return true;
    }

    public override void Fail(Exception exception) => _reply.TrySetException(exception);
}
