using WampRouter.Sessions;
using WampRouter.Transports;

namespace WampRouter;

/// <summary>The settings of a router. They change while it runs, but for <see cref="DataDirectory"/>: see <see cref="IWampRouter.ReloadAsync"/>. What the router has read it does not look at again before that.</summary>
public class WampRouterOptions
{
    /// <summary>Where an application's configuration keeps these, unless it says otherwise.</summary>
    public const string SectionName = "WampRouter";

    internal const string DefaultRealmsDirectory = "config/realms";

    /// <summary>
    /// The directory of the realm files. If relative, it is looked for in the working directory first, so that the files an admin stands before are the ones
    /// used, and then in the content root, where the shipped ones are.
    /// </summary>
    public string RealmsDirectory { get; set; } = DefaultRealmsDirectory;

    /// <summary>Whether the configuration is read again when its files change. Where it is not, a signal or <see cref="IWampRouter.ReloadAsync"/> has it read.</summary>
    public bool ReloadOnChange { get; set; } = true;

    /// <summary>The directory of what the router itself keeps, such as durable event histories; relative to the working directory. Made when it is needed.</summary>
    public string DataDirectory { get; set; } = "data";

    /// <summary>Limits of every connection.</summary>
    public TransportOptions Transports { get; set; } = new();

    /// <summary>How long sessions may take.</summary>
    public WampSessionOptions Sessions { get; set; } = new();
}
