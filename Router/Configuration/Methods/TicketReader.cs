using WampRouter.Configuration.Documents;
using WampRouter.Sessions.Authentication;

namespace WampRouter.Configuration.Methods;

/// <summary>Reads the users of the ticket method.</summary>
internal static class TicketReader
{
    /// <inheritdoc cref="ConfigurableMethod.Read" />
    public static TicketSettings Read(ObjectReader ticket, Func<string, string?> checkRole)
    {
        var names = new UniqueNames("authid");
        return new TicketSettings { Principals = Principals.ByName(ticket.Objects("principals", principal => ReadPrincipal(principal, checkRole, names), atLeast: 1)) };
    }

    private static TicketPrincipal ReadPrincipal(ObjectReader principal, Func<string, string?> checkRole, UniqueNames names) => new()
    {
        AuthId = Principals.ReadAuthId(principal, names),
        Role = principal.Text("role", checkRole),
        Tickets = principal.Texts<TicketHash>("tickets", TicketHash.TryParse, atLeast: 1),
        LoopbackOnly = principal.Boolean("loopbackOnly", false),
    };
}
