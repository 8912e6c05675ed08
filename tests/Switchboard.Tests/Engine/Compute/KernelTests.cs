using Switchboard.Engine.Compute;
using Switchboard.Engine.Compute.Kernels;
using Switchboard.Engine.Gguf;
using Switchboard.Engine.Models;

namespace Switchboard.Tests.Engine.Compute;

public sealed unsafe class KernelTests
{
    public static TheoryData<int, int, int> Sizes => new()
    {
        { 1, 32, 1 }, { 16, 32, 1 }, { 17, 64, 2 }, { 31, 96, 3 }, { 64, 256, 4 }, { 65, 32, 5 }, { 100, 160, 7 }, { 128, 704, 9 }, { 33, 1024, 16 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Eight_bit_kernels_give_the_bits_of_the_scalar_reference(int rows, int columns, int tokens)
    {
        using var matrix = (Q8Matrix)Matrix(GgufWriter.Q8_0, rows, columns);
        using var input = Inputs(tokens, columns);
        var expected = Multiply(matrix, tokens, (output, stride) => ScalarKernels.Q8(matrix, input, tokens, 0, matrix.Groups, output, stride));

        Assert.Equal(expected, Multiply(matrix, tokens, (output, stride) => matrix.Multiply(input, tokens, 0, matrix.Groups, output, stride)));
        if (Q8Avx2.IsSupported)
        {
            Assert.Equal(expected, Multiply(matrix, tokens, (output, stride) => Q8Avx2.Multiply(matrix, input, 0, tokens, 0, matrix.Groups, output, stride)));
        }

        if (Q8Avx512.IsSupported && tokens % IntegerKernels.Tile == 0)
        {
            Assert.Equal(expected, Multiply(matrix, tokens, (output, stride) => Q8Avx512.Multiply(matrix, input, tokens, 0, matrix.Groups, output, stride)));
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Four_bit_kernels_give_the_bits_of_the_scalar_reference(int rows, int columns, int tokens)
    {
        using var matrix = (Q4Matrix)Matrix(GgufWriter.Q4_0, rows, columns);
        using var input = Inputs(tokens, columns);
        var expected = Multiply(matrix, tokens, (output, stride) => ScalarKernels.Q4(matrix, input, tokens, 0, matrix.Groups, output, stride));

        Assert.Equal(expected, Multiply(matrix, tokens, (output, stride) => matrix.Multiply(input, tokens, 0, matrix.Groups, output, stride)));
        if (Q8Avx2.IsSupported)
        {
            Assert.Equal(expected, Multiply(matrix, tokens, (output, stride) => Q4Avx2.Multiply(matrix, input, 0, tokens, 0, matrix.Groups, output, stride)));
        }
    }

    [Theory]
    [InlineData(GgufWriter.F32, 17, 5, 3)]
    [InlineData(GgufWriter.F32, 80, 172, 6)]
    [InlineData(GgufWriter.F16, 17, 5, 3)]
    [InlineData(GgufWriter.F16, 80, 172, 6)]
    [InlineData(GgufWriter.Q8_0, 80, 192, 6)]
    [InlineData(GgufWriter.Q4_0, 80, 192, 6)]
    public void Products_are_near_those_of_the_weights_as_floats(uint type, int rows, int columns, int tokens)
    {
        using var matrix = Matrix(type, rows, columns);
        using var input = Inputs(tokens, columns);
        var row = new float[columns];

        var actual = Multiply(matrix, tokens, (output, stride) => matrix.Multiply(input, tokens, 0, matrix.Groups, output, stride));

        for (var r = 0; r < rows; r++)
        {
            fixed (float* pointer = row)
            {
                matrix.CopyRow(r, pointer);
            }

            for (var t = 0; t < tokens; t++)
            {
                var exact = Enumerable.Range(0, columns).Sum(i => (double)row[i] * input.Values(t)[i]);
                var tolerance = type is GgufWriter.Q8_0 or GgufWriter.Q4_0 ? 0.03 * Math.Sqrt(columns) : 1e-4;
                Assert.InRange(actual[(t * matrix.PaddedRows) + r], exact - tolerance, exact + tolerance);
            }
        }
    }

    [Theory]
    [InlineData(GgufWriter.F32)]
    [InlineData(GgufWriter.F16)]
    [InlineData(GgufWriter.Q8_0)]
    [InlineData(GgufWriter.Q4_0)]
    public void A_token_gets_the_same_bits_alone_and_in_company(uint type)
    {
        const int Tokens = 11;
        using var matrix = Matrix(type, 100, 128);
        using var input = Inputs(Tokens, 128);
        var together = Multiply(matrix, Tokens, (output, stride) => matrix.Multiply(input, Tokens, 0, matrix.Groups, output, stride));

        for (var t = 0; t < Tokens; t++)
        {
            using var single = new Activations(1, 128);
            new Span<float>(input.Values(t), 128).CopyTo(new Span<float>(single.Values(0), 128));
            single.Quantize(0, 1);
            var alone = Multiply(matrix, 1, (output, stride) => matrix.Multiply(single, 1, 0, matrix.Groups, output, stride));

            Assert.Equal(together.Skip(t * matrix.PaddedRows).Take(matrix.PaddedRows), alone);
        }
    }

    [Fact]
    public void Every_16_bit_float_is_read_right()
    {
        var halves = Enumerable.Range(0, 0x7c00).SelectMany(bits => (ushort[])[(ushort)bits, (ushort)(bits | 0x8000)]).ToArray();
        using var matrix = new HalfMatrix(halves.Length, 1);
        for (var i = 0; i < halves.Length; i++)
        {
            matrix.Set(i, 0, halves[i]);
        }

        var weights = new HalfWeights(matrix);

        for (var i = 0; i < halves.Length; i++)
        {
            Assert.Equal((float)BitConverter.UInt16BitsToHalf(halves[i]), weights.Load(i / 16, 0)[i % 16]);
        }
    }

    [Fact]
    public void Quantized_inputs_keep_all_their_shapes_in_step()
    {
        using var input = Inputs(1, 100);

        for (var i = 0; i < input.Stride; i++)
        {
            var value = input.Integers(0)[i];
            Assert.Equal(Math.Abs((int)value), input.Magnitudes(0)[i]);
            Assert.InRange(input.Values(0)[i] - (value * input.Scales(0)[i / 32]), -0.51f * input.Scales(0)[i / 32], 0.51f * input.Scales(0)[i / 32]);
        }

        for (var i = 0; i < input.Stride; i += 4)
        {
            Assert.Equal(
                [input.Integers(0)[i], input.Integers(0)[i + 2], input.Integers(0)[i + 1], input.Integers(0)[i + 3]],
                new ReadOnlySpan<short>(input.Pairs(0) + i, 4).ToArray());
        }

        Assert.Equal(Enumerable.Range(0, 32).Sum(i => input.Integers(0)[i]), input.Sums(0)[0]);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(1e-44f)]
    public void Inputs_that_are_no_numbers_do_no_harm(float value)
    {
        using var input = new Activations(1, 32);
        input.Values(0)[3] = value;

        input.Quantize(0, 1);

        Assert.All(Enumerable.Range(0, 32), i => Assert.Equal(0, input.Integers(0)[i]));
    }

    private static float[] Multiply(Matrix matrix, int tokens, Product product)
    {
        var output = new float[tokens * matrix.PaddedRows];
        fixed (float* pointer = output)
        {
            product(pointer, matrix.PaddedRows);
        }

        return output;
    }

    private static Matrix Matrix(uint type, int rows, int columns)
    {
        var random = new Random(rows + columns);
        var values = Enumerable.Range(0, rows * columns).Select(_ => (float)((random.NextDouble() * 2) - 1)).ToArray();
        fixed (byte* data = TensorBytes.Of(type, values))
        {
            return TensorReader.ReadMatrix(new GgufTensor("test", type, columns, rows, 2, 0), data);
        }
    }

    private static Activations Inputs(int tokens, int columns)
    {
        var random = new Random(tokens);
        var input = new Activations(tokens, columns);
        for (var t = 0; t < tokens; t++)
        {
            for (var i = 0; i < columns; i++)
            {
                input.Values(t)[i] = (float)((random.NextDouble() * 4) - 2);
            }
        }

        input.Quantize(0, tokens);
        return input;
    }

    private delegate void Product(float* output, int stride);
}
