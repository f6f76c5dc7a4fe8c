import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import util.ToolIO;

/**
 * Has the PlusCal translator translate one module after the other, in the Java that is running already. The modules are
 * named on standard input, a path in each line. For each of them there comes what the translator said, every line behind
 * a blank, and then a line "= " with its status. "ready" comes before all. It ends with its input.
 */
public final class TranslateEach {
  public static void main(String[] options) throws ReflectiveOperationException, IOException {
    // The class is meant for its own package alone; the method is the one that the TLA+ Toolbox calls.
    Method translate = Class.forName("pcal.trans").getMethod("runMe", String[].class);
    translate.setAccessible(true);
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    // Messages are collected, and the end of a translation is not the end of the program.
    ToolIO.setMode(ToolIO.TOOL);
    String[] arguments = new String[options.length + 1];
    System.arraycopy(options, 0, arguments, 0, options.length);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    out.println("ready");
    for (String path = in.readLine(); path != null; path = in.readLine()) {
      ToolIO.reset();
      arguments[options.length] = path;
      String status = statusOf(translate, arguments);
      for (String message : ToolIO.getAllMessages()) {
        for (String line : message.split("\\R")) out.println(" " + line);
      }
      out.println("= " + status);
    }
  }

  private static String statusOf(Method translate, String[] arguments) throws IllegalAccessException {
    try {
      return String.valueOf(translate.invoke(null, (Object) arguments));
    } catch (InvocationTargetException failure) {
      return failure.getCause().toString();
    }
  }
}
