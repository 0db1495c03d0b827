namespace WampRouter.Realms.Meta;

/// <summary>Tells who comes and goes (<c>rfc/text/advanced/meta_api_sessions.md</c> "Events"). The session itself has no subscription at either moment.</summary>
internal sealed class SessionEvents(Broker.Broker broker, UriTable uris)
{
    private readonly MetaTopic _onJoin = new(broker, uris, "wamp.session.on_join"u8);
    private readonly MetaTopic _onLeave = new(broker, uris, "wamp.session.on_leave"u8);

    /// <summary>A session has joined.</summary>
    public void Joined(Member member, FlushBatch batch) => _onJoin.Publish(
        member.Identity,
        static (writer, identity) =>
        {
            writer.BeginList(1);
            SessionDetails.Write(writer, identity);
            writer.EndList();
        },
        causedBy: null,
        batch);

    /// <summary>A session has left.</summary>
    public void Left(Member member, FlushBatch batch) => _onLeave.Publish(
        member.Identity,
        static (writer, identity) =>
        {
            writer.BeginList(3);
            writer.WriteId(identity.Session);
            writer.WriteText(identity.AuthId);
            writer.WriteText(identity.AuthRole);
            writer.EndList();
        },
        causedBy: null,
        batch);
}
