using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Switchboard.Tests.Client.StructuredOutputs;

[Description("An order.")]
internal sealed record Order([property: Description("Who ordered.")] string Customer, string? Note, List<OrderLine> Lines, OrderState State, int Count = 3);

internal sealed record OrderLine(string Name, [property: Range(0.5, 9)] double Price, [property: StringLength(5)] string Code);

internal sealed record TreeNode(TreeNode? Left, List<TreeNode> Children, int Value);

internal sealed record WithDictionary(string Name, Inner Inner);

internal sealed record Inner(Dictionary<string, int> Counts);

internal sealed record WithAnything(List<object> Things);

internal sealed record WithJsonObject(JsonObject Free);

internal sealed record WithNumberedEnum(Level Level, Level? Other);

internal enum Level
{
    Low = 1,
    High = 5,
}

[JsonConverter(typeof(JsonStringEnumConverter<OrderState>))]
internal enum OrderState
{
    Open,
    Shipped,
}

[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Circle), "circle")]
[JsonDerivedType(typeof(Square), "square")]
internal abstract record Shape;

internal sealed record Circle(double Radius) : Shape;

internal sealed record Square(double Side) : Shape;

// Twelve objects inside one another.
internal sealed record D1(D2 Next);

internal sealed record D2(D3 Next);

internal sealed record D3(D4 Next);

internal sealed record D4(D5 Next);

internal sealed record D5(D6 Next);

internal sealed record D6(D7 Next);

internal sealed record D7(D8 Next);

internal sealed record D8(D9 Next);

internal sealed record D9(D10 Next);

internal sealed record D10(D11 Next);

internal sealed record D11(string End);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(TreeNode))]
[JsonSerializable(typeof(WithDictionary))]
[JsonSerializable(typeof(WithAnything))]
[JsonSerializable(typeof(WithJsonObject))]
[JsonSerializable(typeof(WithNumberedEnum))]
[JsonSerializable(typeof(Shape))]
[JsonSerializable(typeof(List<TreeNode>))]
[JsonSerializable(typeof(List<int>))]
[JsonSerializable(typeof(D1))]
[JsonSerializable(typeof(int?))]
internal sealed partial class OutputContext : JsonSerializerContext;
