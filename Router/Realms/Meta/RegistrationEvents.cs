using WampRouter.Delivery;
using WampRouter.Realms.Broker;
using WampRouter.Realms.Dealer;
using WampRouter.Realms.Members;
using WampRouter.Wire;

namespace WampRouter.Realms.Meta;

/// <summary>Publishes changes of registrations (<c>rfc/text/advanced/meta_api_registrations.md</c> "Events") to all subscribers except the session that causes them.</summary>
internal sealed class RegistrationEvents(PublicationRouting publications) : IRegistrationObserver
{
    /// <inheritdoc />
    public void OnCreate(Member session, Registration registration, FlushBatch batch) =>
        publications.PublishInternal("wamp.registration.on_create"u8, (session, registration), static (writer, created) => WriteCreation(writer, created.session, created.registration), batch, except: session);

    /// <inheritdoc />
    public void OnRegister(Member session, Registration registration, FlushBatch batch) => Publish("wamp.registration.on_register"u8, session, registration, batch, except: session);

    /// <inheritdoc />
    /// <remarks>If the registration was revoked, its session is told too: without <c>registration_revocation</c> it learns it in no other way.</remarks>
    public void OnUnregister(Member session, Registration registration, bool isRevoked, FlushBatch batch) =>
        Publish("wamp.registration.on_unregister"u8, session, registration, batch, except: isRevoked ? null : session);

    /// <inheritdoc />
    public void OnDelete(Member session, Registration registration, FlushBatch batch) => Publish("wamp.registration.on_delete"u8, session, registration, batch, except: session);

    /// <summary>Writes the dictionary that describes a registration.</summary>
    public static void WriteDetails(MessageWriter writer, Registration registration)
    {
        writer.BeginDictionary(5);
        writer.WriteOrigin(registration.Id, registration.Created, registration.Uri, registration.Match);
        writer.WriteKey("invoke"u8);
        writer.WriteText(registration.Policy switch
        {
            InvocationPolicy.RoundRobin => "roundrobin"u8,
            InvocationPolicy.Random => "random"u8,
            InvocationPolicy.First => "first"u8,
            InvocationPolicy.Last => "last"u8,
            _ => "single"u8,
        });
        writer.EndDictionary();
    }

    private static void WriteCreation(MessageWriter writer, Member session, Registration registration)
    {
        writer.BeginList(2);
        writer.WriteId(session.Identity.Session);
        WriteDetails(writer, registration);
        writer.EndList();
    }

    private void Publish(ReadOnlySpan<byte> topic, Member session, Registration registration, FlushBatch batch, Member? except) =>
        publications.PublishInternal(topic, (session.Identity.Session, registration.Id), MetaValues.WritePair, batch, except);
}
