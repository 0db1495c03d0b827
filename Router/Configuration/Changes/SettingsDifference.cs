using System.Globalization;
using WampRouter.Configuration.Documents;
using WampRouter.Sessions;

namespace WampRouter.Configuration.Changes;

/// <summary>What is different between two versions of a router's settings, in sentences for the log.</summary>
internal static class SettingsDifference
{
    /// <summary>What a running router can put into effect.</summary>
    /// <param name="before">What holds now.</param>
    /// <param name="after">What is to hold.</param>
    public static IEnumerable<string> Changes(WampRouterOptions before, WampRouterOptions after) =>
        from setting in RouterSetting.All
        where setting.Reach != SettingReach.NextStart
        let sentence = Find(setting.Key, setting.Value(before), setting.Value(after), setting.Reach)
        where sentence is not null
        select sentence;

    /// <summary>What takes effect with the next start of the router.</summary>
    /// <param name="first">What the router has started with.</param>
    /// <param name="after">What is to hold.</param>
    public static IEnumerable<string> NeedRestart(WampRouterOptions first, WampRouterOptions after) =>
        from setting in RouterSetting.All
        where setting.Reach == SettingReach.NextStart && Show(setting.Value(first)) != Show(setting.Value(after))
        select $"{setting.Key} is {Show(setting.Value(first))} until then, and {Show(setting.Value(after))} afterwards";

    /// <summary>Says of one setting what it was and what it is; null where it is the same.</summary>
    public static string? Find(string key, object? before, object? after, SettingReach reach = SettingReach.Everybody) => (Show(before), Show(after)) is var (was, now) && was != now
        ? $"{key} is {now} now, it was {was}{(reach == SettingReach.Newcomers ? "; this counts for those who connect from now on" : "")}"
        : null;

    private static string Show(object? value) => value switch
    {
        null => "not set",
        bool truth => truth ? "true" : "false",
        TimeSpan time => Show(time),
        WampShutdownNotice notice => Choices<WampShutdownNotice>.WordOf(notice),
        IReadOnlyCollection<string> list => list.Count == 0 ? "empty" : string.Join(", ", list),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static string Show(TimeSpan time) => time.TotalSeconds >= 1 || time == TimeSpan.Zero
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds} s")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds} ms");
}
