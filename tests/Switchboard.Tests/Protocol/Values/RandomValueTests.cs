using System.Globalization;
using System.Reflection;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;
using Switchboard.Tests.Protocol.Corpus;

namespace Switchboard.Tests.Protocol.Values;

/// <summary>
/// Random values of every wire type come back as they went. The run is the same each time; WIRE_VALUES_SEED=n makes
/// another, WIRE_VALUES_COUNT=n makes more values of each type.
/// </summary>
public sealed class RandomValueTests(ITestOutputHelper output)
{
    private const ulong DefaultSeed = 20_261_121;
    private const int DefaultCount = 20;

    private static readonly MethodInfo s_typed = typeof(WireType).GetMethods().Single(method => method.Name == nameof(WireType.Of) && method.GetGenericArguments().Length == 1);

    [Fact]
    public void Every_type_comes_back_as_it_went()
    {
        var (seed, count) = (Setting("WIRE_VALUES_SEED", DefaultSeed), (int)Setting("WIRE_VALUES_COUNT", DefaultCount));
        var (faults, misread) = (new List<string>(), new SortedSet<string>(StringComparer.Ordinal));
        var values = 0;

        foreach (var type in WireShapes.All)
        {
            values += Try(type, Configuration(type, seed, count), faults, misread);
        }

        output.WriteLine($"{WireShapes.All.Count} types, {values} values, {faults.Count} types with faults; seed {seed}");
        Assert.True(faults.Count == 0, $"{faults.Count} types with faults, seed {seed}:\n{string.Join("\n", faults.Take(100))}");
        ExpectedList.Check("variants-read-as-others.txt", misread);
    }

    [Fact]
    public void The_same_seed_makes_the_same_value()
    {
        foreach (var type in WireShapes.All)
        {
            var (first, second) = (WireValues.Random(type, 7, 50), WireValues.Random(type, 7, 50));

            Assert.Equal(Typed(type).Write(first), Typed(type).Write(second));
        }
    }

    [Fact]
    public void Values_set_every_member_some_time()
    {
        foreach (var type in WireShapes.All.Where(type => WireShapes.MembersOf(type).Count > 0 && !type.IsAbstract))
        {
            var values = Enumerable.Range(0, 40).Select(seed => WireValues.Random(type, seed, 80)).ToList();

            var never = WireShapes.MembersOf(type).Where(member => member.Property.PropertyType.Name != "UploadFile" && values.All(value => IsDefault(member.Property.GetValue(value))));

            Assert.True(!never.Any(member => !HoldsFiles(member.Property.PropertyType)), $"{type.Name}: {string.Join(", ", never.Select(member => member.Property.Name))}");
        }
    }

    private static int Try(Type type, Config config, List<string> faults, SortedSet<string> misread)
    {
        var (values, typed) = (0, Typed(type));
        var property = Prop.ForAll(WireSample.Of(type), sample =>
        {
            values++;
            var fault = sample.Fault(typed, (value, read) => Note(type, value, read, misread));
            Assert.True(fault is null, fault);
        });
        try
        {
            property.Check(config);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // One type's fault must not hide the others'.
            faults.Add($"{type.Name}: {failure.Message} {failure.InnerException?.Message}".ReplaceLineEndings(" "));
        }

        return values;
    }

    private static void Note(Type type, object value, object read, SortedSet<string> misread)
    {
        if (value.GetType() != read.GetType())
        {
            misread.Add($"{type.Name}: {value.GetType().Name} as {read.GetType().Name}");
        }
    }

    // Every type has a seed of its own: a new type changes nothing for the others.
    private static Config Configuration(Type type, ulong seed, int count)
    {
        var own = Encoding.UTF8.GetBytes(type.FullName!).Aggregate(seed, (hash, letter) => (hash * 31) + letter);
        return Config.QuickThrowOnFailure.WithMaxTest(count).WithEndSize(100).WithQuietOnSuccess(true)
            .WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd(own, own | 1), FSharpOption<int>.None)));
    }

    private static WireType Typed(Type type) => (WireType)s_typed.MakeGenericMethod(type).Invoke(null, [type.Name])!;

    private static bool IsDefault(object? value) => value is null || (value.GetType().IsValueType && value.Equals(Activator.CreateInstance(value.GetType())));

    private static bool HoldsFiles(Type type) =>
        type.Name == "UploadFile" || type.GenericTypeArguments.Any(HoldsFiles)
        || (type.Namespace?.StartsWith("Switchboard", StringComparison.Ordinal) == true && type.GetProperty("File") is not null && type.IsValueType);

    private static ulong Setting(string name, ulong standard) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? ulong.Parse(text, CultureInfo.InvariantCulture) : standard;
}
