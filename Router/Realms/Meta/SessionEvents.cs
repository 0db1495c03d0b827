using WampRouter.Delivery;
using WampRouter.Realms.Broker;
using WampRouter.Realms.Members;

namespace WampRouter.Realms.Meta;

/// <summary>Publishes that sessions join and leave (<c>rfc/text/advanced/meta_api_sessions.md</c> "Events"). The session itself has no subscription at either moment.</summary>
internal sealed class SessionEvents(EventBroker broker)
{
    /// <summary>A session has joined.</summary>
    public void Joined(Member member, FlushBatch batch) => broker.PublishInternal(
        "wamp.session.on_join"u8,
        member.Identity,
        static (writer, identity) =>
        {
            writer.BeginList(1);
            SessionDetails.Write(writer, identity);
            writer.EndList();
        },
        batch);

    /// <summary>A session has left.</summary>
    public void Left(Member member, FlushBatch batch) => broker.PublishInternal(
        "wamp.session.on_leave"u8,
        member.Identity,
        static (writer, identity) =>
        {
            writer.BeginList(3);
            writer.WriteId(identity.Session);
            writer.WriteText(identity.AuthId);
            writer.WriteText(identity.AuthRole);
            writer.EndList();
        },
        batch);
}
