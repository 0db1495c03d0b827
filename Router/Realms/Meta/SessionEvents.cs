using WampRouter.Delivery;
using WampRouter.Realms.Broker;
using WampRouter.Realms.Members;

namespace WampRouter.Realms.Meta;

/// <summary>Publishes that sessions join and leave (<c>rfc/text/advanced/meta_api_sessions.md</c> "Events"). The session itself has no subscription at either moment.</summary>
internal sealed class SessionEvents(PublicationRouting publications) : IMemberObserver
{
    /// <inheritdoc />
    public void OnJoin(Member member, FlushBatch batch) => publications.PublishInternal(
        "wamp.session.on_join"u8,
        member.Identity,
        static (writer, identity) =>
        {
            writer.BeginList(1);
            SessionDetails.Write(writer, identity);
            writer.EndList();
        },
        batch);

    /// <inheritdoc />
    public void OnLeave(Member member, FlushBatch batch) => publications.PublishInternal(
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
