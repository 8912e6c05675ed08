using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace Switchboard.Tests.Protocol.Values;

/// <summary>
/// Random values of every wire type come back as they went. The run is the same each time; WIRE_VALUES_SEED=n makes
/// another, WIRE_VALUES_COUNT=n makes more values of each type.
/// </summary>
public sealed class RandomValueTests(ITestOutputHelper output)
{
    private const ulong DefaultSeed = 20_261_121;
    private const int DefaultCount = 20;
    private const int ShownLength = 1_000;

    [Fact]
    public void Every_type_comes_back_as_it_went()
    {
        var (seed, count) = (Setting("WIRE_VALUES_SEED", DefaultSeed), (int)Setting("WIRE_VALUES_COUNT", DefaultCount));
        var faults = new List<string>();
        var values = 0;

        foreach (var type in WireShapes.All)
        {
            values += Try(type, Configuration(type, seed, count), faults);
        }

        output.WriteLine($"{WireShapes.All.Count} types, {values} values, {faults.Count} types with faults; seed {seed}");
        Assert.True(faults.Count == 0, $"{faults.Count} types with faults, seed {seed}:\n{string.Join("\n", faults.Take(100))}");
    }

    [Fact]
    public void The_same_seed_makes_the_same_value()
    {
        foreach (var type in WireShapes.All)
        {
            var (first, second) = (WireValues.Random(type, 7, 50), WireValues.Random(type, 7, 50));

            Assert.Equal(WireShapes.Typed(type).Write(first), WireShapes.Typed(type).Write(second));
        }
    }

    [Fact]
    public void Values_set_every_member_some_time()
    {
        foreach (var type in WireShapes.All.Where(type => WireShapes.MembersOf(type).Count > 0 && !type.IsAbstract))
        {
            var values = Enumerable.Range(0, 12).Select(seed => WireValues.Random(type, seed, 100)).ToList();

            var never = WireShapes.MembersOf(type).Select(member => member.Property)
                .Where(property => !WireShapes.HoldsFiles(property.PropertyType) && !WireShapes.IsTag(property) && values.All(value => property.GetValue(value) is null))
                .Select(property => property.Name);

            Assert.True(!never.Any(), $"{type.Name}: {string.Join(", ", never)}");
        }
    }

    private static int Try(Type type, Config config, List<string> faults)
    {
        var (values, typed) = (0, WireShapes.Typed(type));
        var property = Prop.ForAll(WireSample.Of(type), sample =>
        {
            values++;
            var fault = sample.Fault(typed);
            Assert.True(fault is null, fault);
        });
        try
        {
            property.Check(config);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // One type's fault must not hide the others'.
            faults.Add($"{type.Name}: {failure.Message} {failure.InnerException?.Message}".ReplaceLineEndings(" ") is var fault && fault.Length > ShownLength ? fault[..ShownLength] : fault);
        }

        return values;
    }

    // Every type has a seed of its own: a new type changes nothing for the others.
    private static Config Configuration(Type type, ulong seed, int count)
    {
        var own = Encoding.UTF8.GetBytes(type.FullName!).Aggregate(seed, (hash, letter) => (hash * 31) + letter);
        return Config.QuickThrowOnFailure.WithMaxTest(count).WithEndSize(100).WithQuietOnSuccess(true)
            .WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd(own, own | 1), FSharpOption<int>.None)));
    }

    private static ulong Setting(string name, ulong standard) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? ulong.Parse(text, CultureInfo.InvariantCulture) : standard;
}
