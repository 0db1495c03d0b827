using WampRouter.Realms.Decisions;
using WampRouter.Realms.Members;
using WampRouter.Realms.Metrics;
using WampRouter.Realms.Peers;

namespace WampRouter.Sessions;

/// <summary>A message that waits for a decision of the realm's authorizer. It counts for its session as a call that is kept does. Session loop only, except <see cref="Decision"/>, which any thread may read.</summary>
/// <param name="member">Who sent it.</param>
/// <param name="decision">The decision.</param>
internal sealed class HeldMessage(Member member, PendingDecision decision) : IDisposable
{
    private volatile PendingDecision _decision = decision;

    /// <summary>What it waits for.</summary>
    public PendingDecision Decision
    {
        get => _decision;
        set => _decision = value;
    }

    /// <summary>The message, as it came.</summary>
    public byte[] Message { get; private set; } = [];

    /// <summary>Copies the message, or says why there is no room for it.</summary>
    public Refusal? TryKeep(ReadOnlySpan<byte> message)
    {
        var refusal = member.Quota.Take(Resource.HeldCallBytes, message.Length);
        if (refusal is null)
        {
            Message = message.ToArray();
        }

        return refusal;
    }

    /// <summary>Gives the room back.</summary>
    public void Dispose()
    {
        _decision.GiveUp();
        member.Quota.Give(Resource.HeldCallBytes, Message.Length);
        Message = [];
    }
}
