using System.Collections;
using System.Reflection;
using WampRouter.Configuration;
using WampRouter.Server.Configuration;

namespace WampRouter.Tests.Configuration;

public sealed class OptionsShapeTests
{
    [Test]
    public void RouterShape_EverySettingThatIsBound_IsInIt() => Assert.That(Missing(typeof(StandAloneOptions), StandAloneSettings.Shape), Is.Empty, "StandAloneSettings.Shape lacks them");

    [Test]
    public void RouterShape_EveryKey_IsBound() => Assert.That(StandAloneSettings.Shape.Keys.Except(Keys(typeof(StandAloneOptions), "")), Is.Empty, "StandAloneSettings.Shape has them");

    [Test]
    public void ConsoleShape_EverySettingThatIsBound_IsInIt() => Assert.That(Missing(typeof(ConsoleLogOptions), LoggingSettings.ConsoleShape), Is.Empty, "LoggingSettings.ConsoleShape lacks them");

    [TestCase("Transports:OutboxByte", "did you mean 'OutboxBytes'?")]
    [TestCase("Transprots:OutboxBytes", "did you mean 'Transports'?")]
    [TestCase("Sessions:OutboxBytes", "did you mean 'Transports:OutboxBytes'?")]
    [TestCase("Listeners:0:Certificate:Pth", "did you mean 'Path'?")]
    [TestCase("Listeners:0:Certificate:Xyzzy", "the settings here are 'Path', 'KeyPath', 'Password'")]
    [TestCase("DataDirectory:Path", "did you mean 'Listeners:*:Path'?")]
    [TestCase("DataDirectory:Xyzzy", "'DataDirectory' has no settings of its own")]
    public void Describe_KeyThatDoesNotExist_SaysWhatWasMeant(string key, string hint) =>
        Assert.That(StandAloneSettings.Shape.Describe(key), Is.EqualTo($"there is no such setting; {hint}"));

    private static IEnumerable<string> Missing(Type options, OptionsShape shape) => Keys(options, "").Except(shape.Keys);

    private static IEnumerable<string> Keys(Type options, string prefix)
    {
        foreach (var property in options.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var key = prefix + property.Name;
            yield return key;
            var type = property.PropertyType;
            var item = type.IsArray ? type.GetElementType()! : type.IsGenericType && type.IsAssignableTo(typeof(IEnumerable)) ? type.GetGenericArguments()[0] : null;
            if (item is not null && item != typeof(string))
            {
                yield return $"{key}:*";
            }

            var inner = item ?? type;
            if (inner.Namespace!.StartsWith("WampRouter", StringComparison.Ordinal) && inner.IsClass)
            {
                foreach (var below in Keys(inner, item is null ? $"{key}:" : $"{key}:*:"))
                {
                    yield return below;
                }
            }
        }
    }
}
