using System.Reflection;
using System.Text.Json;
using Switchboard.Protocol.Json;
using Switchboard.Tests.Protocol.Corpus;

namespace Switchboard.Tests.Protocol.Values;

/// <summary>Where one of several objects may stand, each is read as what it is.</summary>
public sealed class VariantTests(ITestOutputHelper output)
{
    private const int ValuesOfEach = 3;

    [Fact]
    public void Every_variant_is_told_from_the_others_wherever_it_may_stand()
    {
        var places = WireShapes.Places().ToList();
        var (tried, misread) = (0, new SortedSet<string>(StringComparer.Ordinal));

        foreach (var (site, hierarchy) in places)
        {
            foreach (var variant in UnionSites.VariantsAt(site, hierarchy))
            {
                misread.UnionWith(Enumerable.Range(0, ValuesOfEach).Select(seed => ReadAs(site, variant, seed)).Where(other => other != variant.Name).Select(other => $"{site}: {variant.Name} as {other}"));
                tried++;
            }
        }

        output.WriteLine($"{places.Count} places, {tried} variants in them, {misread.Count} read as another");
        ExpectedList.Check("variants-read-as-others.txt", misread);
    }

    private static string ReadAs(WireSite site, Type variant, int seed)
    {
        var type = WireShapes.Typed(site.Owner);
        var json = type.Write(WireValues.Placed(site, variant, seed));
        try
        {
            return In(type.Read(json), site).GetType().Name;
        }
        catch (JsonException)
        {
            return "nothing: it is refused";
        }
    }

    /// <summary>What stands in the place.</summary>
    private static object In(object owner, WireSite site) => owner switch
    {
        WireObject when site.Place.Length == 0 => owner,
        WireObject => First(owner.GetType().GetProperty(site.Place)!.GetValue(owner)!),
        _ => First(owner.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.Name != "Unknown").Select(property => property.GetValue(owner)).First(value => value is not null)!),
    };

    // A map's enumerator gives pairs: what stands in one is its value.
    private static object First(object value) => value switch
    {
        WireObject => value,
        System.Collections.IDictionary map => First(map.Values.Cast<object>().First()),
        System.Collections.IEnumerable list => First(list.Cast<object>().First()),
        _ => value.GetType().GetProperty("Value") is { } inner ? First(inner.GetValue(value)!) : value,
    };
}
